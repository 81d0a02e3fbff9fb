import QtQuick
import AgGateway

// One of the model's {value, text}, shown wherever `value` comes from: a combo box goes to its first choice when its model
// is replaced, as by another language or by choices that come later.
AgComboBox {
    id: box
    property var value: ""
    property string name: ""
    // What is shown of a value that the model does not have: this choice, or nothing.
    property int otherwise: 0
    // What was chosen. The box shows `value` nevertheless, until that follows.
    signal picked(var value)
    function settle() { currentIndex = Math.max(otherwise, indexOfValue(value)); }
    textRole: "text"
    valueRole: "value"
    Accessible.name: name
    onActivated: {
        box.picked(currentValue);
        settle();
    }
    onModelChanged: settle()
    onValueChanged: settle()
    Component.onCompleted: settle()
}
