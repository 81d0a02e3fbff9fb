import QtQuick
import QtQuick.Layouts
import AgGateway

// Labels and values, one pair a line; the values can be selected and copied. One with a `link` leads somewhere, and its
// `tip` says where.
ColumnLayout {
    id: facts
    required property var list
    property int labelWidth: 116
    signal followed(string link)
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
            AgButton {
                objectName: "follow-" + (fact.modelData.link ?? "")
                visible: !!fact.modelData.link
                kind: "quiet"
                iconName: "chevron-right"
                tip: fact.modelData.tip ?? ""
                implicitHeight: 24
                Layout.alignment: Qt.AlignTop
                Layout.rightMargin: -Theme.s  // its arrow ends where the values do
                Layout.topMargin: -4
                Layout.bottomMargin: -4
                onClicked: facts.followed(fact.modelData.link)
            }
        }
    }
}
