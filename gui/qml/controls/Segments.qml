import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// One of a few choices, all of them in sight.
Rectangle {
    id: segments
    required property var options  // list of {value, text}
    property string value: ""
    signal picked(string value)
    implicitHeight: Theme.controlHeight
    implicitWidth: row.implicitWidth + 8
    radius: Theme.radius
    color: Theme.sunken
    Row {
        id: row
        anchors.centerIn: parent
        spacing: 2
        Repeater {
            model: segments.options
            delegate: AbstractButton {
                id: choice
                required property var modelData
                objectName: "segment-" + modelData.value
                checked: segments.value === modelData.value
                text: modelData.text
                implicitHeight: Theme.controlHeight - 8
                implicitWidth: label.implicitWidth + 24
                Accessible.role: Accessible.RadioButton
                Accessible.name: text
                onClicked: segments.picked(modelData.value)
                contentItem: AgText {
                    id: label
                    text: choice.text
                    horizontalAlignment: Text.AlignHCenter
                    color: choice.checked ? Theme.text : Theme.textSecondary
                    font.weight: choice.checked ? Font.DemiBold : Font.Normal
                    Accessible.ignored: true
                }
                background: Rectangle {
                    radius: Theme.radius - 2
                    color: choice.checked ? Theme.raised : choice.hovered ? Theme.hover : "transparent"
                    border.width: choice.checked ? 1 : 0
                    border.color: Theme.border
                    FocusRing { visible: choice.visualFocus }
                }
            }
        }
    }
}
