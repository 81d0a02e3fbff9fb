import QtQuick
import QtQuick.Controls.Basic
import AgGateway

Switch {
    id: control
    font.family: Theme.fontFamily
    font.pixelSize: Theme.body
    leftPadding: 0
    rightPadding: 0
    implicitHeight: Theme.controlHeight
    implicitWidth: indicator.implicitWidth + leftPadding + rightPadding + (text === "" ? 0 : contentItem.implicitWidth - indicator.implicitWidth)
    Accessible.name: text
    indicator: Rectangle {
        implicitWidth: 36
        implicitHeight: 20
        x: control.leftPadding
        anchors.verticalCenter: parent.verticalCenter
        radius: 10
        color: control.checked ? Theme.accent : Theme.sunken
        border.color: control.checked ? Theme.accent : Theme.fieldBorder
        opacity: control.enabled ? 1 : 0.5
        Rectangle {
            x: control.checked ? parent.width - width - 3 : 3
            anchors.verticalCenter: parent.verticalCenter
            width: 14
            height: 14
            radius: 7
            color: control.checked ? Theme.accentInk : Theme.fieldBorder
            Behavior on x { NumberAnimation { duration: Theme.quick } }
        }
        FocusRing { visible: control.visualFocus; radius: 12 }
    }
    contentItem: AgText {
        text: control.text
        leftPadding: control.indicator.width + Theme.s
        wrapMode: Text.WordWrap
        Accessible.ignored: true
    }
}
