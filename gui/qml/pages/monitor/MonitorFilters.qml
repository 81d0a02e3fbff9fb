import QtQuick
import QtQuick.Layouts
import AgGateway

GridLayout {
    id: filters
    required property MonitorModel monitor
    // All in one line; the page knows its width.
    property bool wide: false
    columns: wide ? 2 : 1
    columnSpacing: Theme.s
    rowSpacing: Theme.s

    function focusSearch() { search.forceActiveFocus(); }

    RowLayout {
        spacing: Theme.s
        Layout.fillWidth: true
        AgTextField {
            id: search
            objectName: "monitorSearch"
            iconName: "search"
            placeholderText: qsTr("Search model, account, error or id")
            Layout.fillWidth: true
            Layout.minimumWidth: 160
            onTextChanged: pause.restart()
            Keys.onEscapePressed: text = ""
            // A long table is searched when the typing rests.
            Timer { id: pause; interval: 150; onTriggered: filters.monitor.text = search.text }
            Connections {
                target: filters.monitor
                function onFilterChanged() { if (filters.monitor.text === "" && !pause.running) search.text = ""; }
            }
        }
        AgCheckBox {
            objectName: "monitorErrorsOnly"
            text: qsTr("Errors only")
            checked: filters.monitor.errorsOnly
            onToggled: filters.monitor.errorsOnly = checked
        }
    }
    RowLayout {
        spacing: Theme.s
        Layout.fillWidth: !filters.wide
        ValueBox {
            objectName: "monitorAccount"
            name: qsTr("Account")
            model: filters.monitor.accountChoices
            value: filters.monitor.account
            Layout.fillWidth: !filters.wide
            Layout.preferredWidth: 152
            onPicked: (value) => filters.monitor.account = value
        }
        ValueBox {
            objectName: "monitorModel"
            name: qsTr("Model")
            model: filters.monitor.modelChoices
            value: filters.monitor.requestModel
            Layout.fillWidth: !filters.wide
            Layout.preferredWidth: 168
            onPicked: (value) => filters.monitor.requestModel = value
        }
        ValueBox {
            objectName: "monitorDialect"
            name: qsTr("API of the client")
            model: filters.monitor.dialectChoices
            value: filters.monitor.dialect
            Layout.fillWidth: !filters.wide
            Layout.preferredWidth: 136
            onPicked: (value) => filters.monitor.dialect = value
        }
        ValueBox {
            objectName: "monitorMinutes"
            name: qsTr("Time")
            model: filters.monitor.timeChoices
            value: filters.monitor.minutes
            Layout.fillWidth: !filters.wide
            Layout.preferredWidth: 152
            onPicked: (value) => filters.monitor.minutes = value
        }
    }
}
