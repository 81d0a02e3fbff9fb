import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// Search and filters; in their place, when rows are selected, what can be done to all of them.
RowLayout {
    id: tools
    required property App app
    readonly property int selected: app.accounts.selectedCount
    // How many are to be seen.
    property int shown: 0
    readonly property int selectionState: selected === 0 ? Qt.Unchecked : selected < shown ? Qt.PartiallyChecked : Qt.Checked
    readonly property bool narrow: width < 800
    implicitHeight: Theme.controlHeight

    function focusSearch() {
        app.accounts.clearSelection();
        search.forceActiveFocus(Qt.ShortcutFocusReason);
    }
    spacing: Theme.s

    AgCheckBox {
        objectName: "selectAll"
        tristate: true
        checkState: tools.selectionState
        Accessible.name: qsTr("Select all")
        ToolTip.visible: hovered
        ToolTip.text: checkState === Qt.Checked ? qsTr("Select none") : qsTr("Select all")
        ToolTip.delay: 500
        Layout.leftMargin: 12
        Layout.preferredWidth: 32
        onClicked: {
            tools.app.accountFilter.selectAll(tools.selectionState !== Qt.Checked);
            checkState = Qt.binding(() => tools.selectionState);
        }
    }

    AgTextField {
        id: search
        objectName: "accountSearch"
        visible: tools.selected === 0
        iconName: "search"
        placeholderText: qsTr("Search accounts")
        text: tools.app.accountFilter.text
        Layout.fillWidth: true
        Layout.maximumWidth: 360
        onTextEdited: tools.app.accountFilter.text = text
        Keys.onEscapePressed: tools.app.accountFilter.text = ""
    }
    ValueBox {
        objectName: "stateFilter"
        visible: tools.selected === 0
        name: qsTr("State")
        model: [
            { value: "", text: qsTr("All states") },
            { value: "ready", text: qsTr("Ready") },
            { value: "cooling", text: qsTr("Cooling down") },
            { value: "exhausted", text: qsTr("Budget spent") },
            { value: "troubled", text: qsTr("Need you") },
            { value: "disabled", text: qsTr("Switched off") }
        ]
        value: tools.app.accountFilter.state
        onPicked: (value) => tools.app.accountFilter.state = value
    }
    ValueBox {
        objectName: "providerFilter"
        visible: tools.selected === 0
        name: qsTr("Provider")
        model: [{ value: "", text: qsTr("All providers") },
            ...Array.from(tools.app.accounts.providers, (name) => ({ value: name, text: name }))]
        value: tools.app.accountFilter.provider
        onPicked: (value) => tools.app.accountFilter.provider = value
    }
    Item { visible: tools.selected === 0; Layout.fillWidth: true }

    AgText {
        visible: tools.selected > 0
        text: qsTr("%n selected", "", tools.selected)
        font.weight: Font.Medium
        elide: Text.ElideRight
        Layout.fillWidth: true
    }
    AgButton { objectName: "batchEnable"; visible: tools.selected > 0; text: qsTr("Switch on"); onClicked: tools.app.accounts.batch("enable") }
    AgButton { objectName: "batchDisable"; visible: tools.selected > 0; text: qsTr("Switch off"); onClicked: tools.app.accounts.batch("disable") }
    AgButton { objectName: "batchTest"; visible: tools.selected > 0; text: qsTr("Test"); iconName: tools.narrow ? "" : "flask-conical"; onClicked: tools.app.accounts.batch("test") }
    AgButton { objectName: "batchClear"; visible: tools.selected > 0; text: qsTr("Clear cooldowns"); onClicked: tools.app.accounts.batch("clear") }
    AgButton { objectName: "batchRemove"; visible: tools.selected > 0; text: qsTr("Remove"); kind: "danger"; iconName: tools.narrow ? "" : "trash-2"; onClicked: tools.app.accounts.batch("remove") }
    AgButton { objectName: "clearSelection"; visible: tools.selected > 0; kind: "quiet"; iconName: "x"; tip: qsTr("Select none"); onClicked: tools.app.accounts.clearSelection() }
}
