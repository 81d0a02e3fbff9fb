import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// One of a few choices, all of them in sight. One stop of the Tab key; the arrow keys choose.
Rectangle {
    id: segments
    required property var options  // list of {value, text}
    property string value: ""
    // What screen readers call the whole.
    property string name: ""
    readonly property int current: options.findIndex((option) => option.value === value)
    signal picked(string value)
    function pick(index: int) {
        const choice = choices.itemAt(index) as AbstractButton;
        if (!choice) return;
        choice.forceActiveFocus(Qt.TabFocusReason);
        segments.picked(segments.options[index].value);
    }
    implicitHeight: Theme.controlHeight
    implicitWidth: row.implicitWidth + 8
    radius: Theme.radius
    color: Theme.sunken
    Accessible.role: Accessible.Grouping
    Accessible.name: name
    Row {
        id: row
        anchors.centerIn: parent
        spacing: 2
        Repeater {
            id: choices
            model: segments.options
            delegate: AbstractButton {
                id: choice
                required property var modelData
                required property int index
                // Not AbstractButton's own `checked`, which a click would toggle: what is chosen is said from outside.
                readonly property bool chosen: segments.current === index
                objectName: "segment-" + modelData.value
                text: modelData.text
                implicitHeight: Theme.controlHeight - 8
                implicitWidth: label.implicitWidth + 24
                focusPolicy: chosen || (segments.current < 0 && index === 0) ? Qt.StrongFocus : Qt.ClickFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: text
                Accessible.checkable: true
                Accessible.checked: chosen
                Keys.onLeftPressed: segments.pick(index - 1)
                Keys.onRightPressed: segments.pick(index + 1)
                onClicked: if (!chosen) segments.picked(segments.options[index].value)
                contentItem: AgText {
                    id: label
                    text: choice.text
                    horizontalAlignment: Text.AlignHCenter
                    color: choice.chosen ? Theme.text : Theme.textSecondary
                    font.weight: choice.chosen ? Font.DemiBold : Font.Normal
                    Accessible.ignored: true
                }
                background: Rectangle {
                    radius: Theme.radius - 2
                    color: choice.chosen ? Theme.raised : choice.hovered ? Theme.hover : "transparent"
                    border.width: choice.chosen ? 1 : 0
                    border.color: Theme.border
                    FocusRing { visible: choice.visualFocus }
                }
            }
        }
    }
}
