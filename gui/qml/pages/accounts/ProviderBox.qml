import QtQuick
import AgGateway

// A choice among providers, of which `value` names one; none where the choice is left to the person.
AgComboBox {
    id: box
    property string value: ""
    // Nothing is chosen at first.
    property bool asks: false
    textRole: "displayName"
    valueRole: "name"
    displayText: currentIndex < 0 && asks ? qsTr("Choose a provider") : currentText
    Accessible.name: qsTr("Provider")
    function show() { currentIndex = Math.max(asks ? -1 : 0, indexOfValue(value)); }
    function follow() {
        if (count === 0) currentIndex = -1;
        else show();
        value = currentValue ?? "";
    }
    onActivated: value = currentValue
    onValueChanged: if (count > 0) show()
    onModelChanged: Qt.callLater(follow)
    Component.onCompleted: follow()
}
