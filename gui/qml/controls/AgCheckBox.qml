import QtQuick
import QtQuick.Controls.Basic
import AgGateway

CheckBox {
    id: control
    font.family: Theme.fontFamily
    font.pixelSize: Theme.body
    implicitHeight: Theme.controlHeight
    implicitWidth: indicator.implicitWidth + leftPadding + rightPadding + (text === "" ? 0 : contentItem.implicitWidth - indicator.implicitWidth)
    Accessible.name: text
    // Of those with a third state: some of what it stands for is chosen.
    readonly property bool partly: checkState === Qt.PartiallyChecked
    indicator: Rectangle {
        implicitWidth: 18
        implicitHeight: 18
        x: control.leftPadding
        anchors.verticalCenter: parent.verticalCenter
        radius: 4
        color: control.checked || control.partly ? Theme.accent : Theme.raised
        border.color: control.checked || control.partly ? Theme.accent : Theme.fieldBorder
        AgIcon {
            anchors.centerIn: parent
            visible: control.checked || control.partly
            name: control.partly ? "minus" : "check"
            size: 14
            color: Theme.accentInk
        }
        FocusRing { visible: control.visualFocus; radius: 6 }
    }
    contentItem: AgText {
        text: control.text
        wrapMode: Text.WordWrap
        leftPadding: control.indicator.width + Theme.s
        Accessible.ignored: true
    }
}
