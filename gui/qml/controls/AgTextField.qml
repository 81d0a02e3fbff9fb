import QtQuick
import QtQuick.Controls.Basic
import AgGateway

TextField {
    id: control
    property string iconName: ""
    property bool invalid: false
    implicitHeight: Theme.controlHeight
    implicitWidth: 200
    leftPadding: iconName === "" ? 12 : 36
    rightPadding: 12
    font.family: Theme.fontFamily
    font.pixelSize: Theme.body
    color: enabled ? Theme.text : Theme.textSecondary
    placeholderTextColor: Theme.textSecondary
    selectionColor: Theme.accent
    selectedTextColor: Theme.accentInk
    selectByMouse: true
    verticalAlignment: Text.AlignVCenter
    Accessible.name: placeholderText
    background: Rectangle {
        radius: Theme.radius
        color: control.enabled ? Theme.raised : Theme.sunken
        border.width: control.activeFocus ? 2 : 1
        border.color: control.invalid ? Theme.danger : control.activeFocus ? Theme.accent : control.enabled ? Theme.fieldBorder : Theme.border
        AgIcon {
            visible: control.iconName !== ""
            name: control.iconName
            x: 10
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
