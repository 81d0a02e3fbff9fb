import QtQuick
import AgGateway

// A provider to choose or to type. What was meant stays, whatever becomes of the choices: a combo box goes to its first
// one when its model is replaced.
AgComboBox {
    id: box
    property string provider: ""
    property string placeholder: ""
    editable: true
    currentIndex: -1
    Component.onCompleted: editText = provider
    Accessible.name: qsTr("Provider")
    onProviderChanged: editText = provider
    onModelChanged: editText = provider
    onActivated: (index) => provider = textAt(index)
    contentItem: AgTextField {
        text: box.editText
        onTextEdited: box.provider = text
        placeholderText: box.placeholder
        Accessible.name: qsTr("Provider")
        background: Item {}
    }
}
