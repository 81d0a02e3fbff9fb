import QtQuick
import AgGateway

// One of the model's {value, text}. The choices may grow while one of them is chosen.
AgComboBox {
    id: box
    property var value: ""
    property string name: ""
    signal picked(var value)
    function settle() { currentIndex = Math.max(0, indexOfValue(value)); }
    textRole: "text"
    valueRole: "value"
    Accessible.name: name
    onActivated: box.picked(currentValue)
    onModelChanged: settle()
    onValueChanged: settle()
    Component.onCompleted: settle()
}
