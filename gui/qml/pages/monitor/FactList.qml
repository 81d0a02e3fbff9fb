import QtQuick
import QtQuick.Layouts
import AgGateway

// Labels and values, one pair a line; the values can be selected and copied.
ColumnLayout {
    id: facts
    required property var list
    property int labelWidth: 116
    spacing: 6
    Repeater {
        model: facts.list
        delegate: RowLayout {
            id: fact
            required property var modelData
            spacing: Theme.s
            Layout.fillWidth: true
            AgText {
                text: fact.modelData.label
                secondary: true
                font.pixelSize: Theme.small
                elide: Text.ElideRight
                Layout.preferredWidth: facts.labelWidth
                Layout.alignment: Qt.AlignTop
            }
            TextEdit {
                text: fact.modelData.value
                textFormat: TextEdit.PlainText
                readOnly: true
                selectByMouse: true
                color: Theme.text
                selectionColor: Theme.accent
                selectedTextColor: Theme.accentInk
                font.family: Theme.fontFamily
                font.pixelSize: Theme.small
                wrapMode: TextEdit.Wrap
                Layout.fillWidth: true
                Accessible.role: Accessible.StaticText
                Accessible.name: fact.modelData.label + " " + text
            }
        }
    }
}
