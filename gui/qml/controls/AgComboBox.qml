import QtQuick
import QtQuick.Controls.Basic
import AgGateway

ComboBox {
    id: control
    implicitHeight: Theme.controlHeight
    implicitWidth: 160
    font.family: Theme.fontFamily
    font.pixelSize: Theme.body
    contentItem: AgText {
        leftPadding: 12
        rightPadding: 28
        text: control.displayText
        elide: Text.ElideRight
        Accessible.ignored: true
    }
    indicator: AgIcon {
        name: "chevron-down"
        x: control.width - width - 8
        anchors.verticalCenter: parent.verticalCenter
    }
    background: Rectangle {
        radius: Theme.radius
        color: control.hovered ? Theme.hover : Theme.raised
        border.color: Theme.fieldBorder
        FocusRing { visible: control.visualFocus }
    }
    delegate: ItemDelegate {
        id: choice
        required property int index
        width: control.width
        height: Theme.controlHeight
        highlighted: control.highlightedIndex === index
        contentItem: AgText {
            text: control.textAt(choice.index)
            elide: Text.ElideRight
            color: choice.highlighted ? Theme.accent : Theme.text
        }
        background: Rectangle {
            color: choice.highlighted ? Theme.accentSoft : "transparent"
            radius: Theme.radius
        }
    }
    popup: Popup {
        y: control.height + 4
        width: control.width
        padding: 4
        implicitHeight: Math.min(contentItem.implicitHeight + 8, 320)
        contentItem: ListView {
            clip: true
            implicitHeight: contentHeight
            model: control.popup.visible ? control.delegateModel : null
            currentIndex: control.highlightedIndex
            highlightMoveDuration: Theme.quick
        }
        background: Rectangle {
            color: Theme.raised
            border.color: Theme.border
            radius: Theme.radius
        }
    }
}
