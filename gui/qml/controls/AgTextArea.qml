import QtQuick
import QtQuick.Controls.Basic
import AgGateway

AgScrollView {
    id: view
    property alias text: area.text
    property alias placeholderText: area.placeholderText
    property alias readOnly: area.readOnly
    property alias mono: area.mono
    // What screen readers call it.
    property string name: placeholderText
    implicitHeight: 96
    TextArea {
        id: area
        property bool mono: false
        font.family: mono ? Theme.monoFamily : Theme.fontFamily
        font.pixelSize: mono ? Theme.small : Theme.body
        color: Theme.text
        placeholderTextColor: Theme.textSecondary
        selectionColor: Theme.accent
        selectedTextColor: Theme.accentInk
        wrapMode: TextEdit.WrapAnywhere
        selectByMouse: true
        Accessible.name: view.name
        KeyNavigation.priority: KeyNavigation.BeforeItem
        background: Rectangle {
            radius: Theme.radius
            color: area.readOnly ? Theme.sunken : Theme.raised
            border.width: area.activeFocus ? 2 : 1
            border.color: area.activeFocus ? Theme.accent : area.readOnly ? Theme.border : Theme.fieldBorder
        }
    }
}
