import QtQuick
import AgGateway

// A choice among providers, of which `value` names one.
AgComboBox {
    id: box
    property string value: ""
    textRole: "displayName"
    valueRole: "name"
    Accessible.name: qsTr("Provider")
    function follow() { currentIndex = count === 0 ? -1 : Math.max(0, indexOfValue(value)); value = currentValue ?? ""; }
    onActivated: value = currentValue
    onValueChanged: if (count > 0) currentIndex = Math.max(0, indexOfValue(value))
    onModelChanged: Qt.callLater(follow)
    Component.onCompleted: follow()
}
