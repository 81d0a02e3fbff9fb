import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// Texts, one a line; taken when the keyboard goes elsewhere, or with Ctrl+Return.
AgScrollView {
    id: view
    required property SettingGroup group
    required property string key
    required property string value
    required property bool faulty
    property string name: ""
    property string description: ""
    implicitWidth: 264
    implicitHeight: Math.min(Math.max(area.implicitHeight, 56), 120)

    function take() { if (area.text !== view.value) view.group.set(view.key, area.text); }
    function restore() { area.text = Qt.binding(() => view.value); }

    TextArea {
        id: area
        objectName: "setting-" + view.key
        text: view.value
        font.family: Theme.fontFamily
        font.pixelSize: Theme.body
        leftPadding: 12
        rightPadding: 12
        color: enabled ? Theme.text : Theme.textSecondary
        selectionColor: Theme.accent
        selectedTextColor: Theme.accentInk
        wrapMode: TextEdit.WrapAnywhere
        selectByMouse: true
        Accessible.name: view.name
        Accessible.description: view.description
        Keys.onEscapePressed: view.restore()
        Keys.onTabPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
        Keys.onBacktabPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)
        Keys.onReturnPressed: (event) => {
            event.accepted = event.modifiers & Qt.ControlModifier;
            if (event.accepted) view.take();
        }
        onActiveFocusChanged: if (!activeFocus) view.take()
        background: Rectangle {
            radius: Theme.radius
            color: area.enabled ? Theme.raised : Theme.sunken
            border.width: area.activeFocus ? 2 : 1
            border.color: view.faulty ? Theme.danger : area.activeFocus ? Theme.accent : area.enabled ? Theme.fieldBorder : Theme.border
        }
    }
    Connections {
        target: view.group
        function onTaken(key: string) { if (key === view.key) view.restore(); }
    }
}
