import QtQuick
import QtQuick.Layouts
import AgGateway

// One line of an import: a heading, an account, a route, or what was not taken over.
Item {
    id: row
    required property var modelData
    readonly property bool heading: modelData.kind === "heading"
    readonly property bool note: modelData.kind === "note"
    readonly property string kind: modelData.outcome === "added" ? "ok" : modelData.outcome === "refused" ? "error" : "neutral"

    objectName: "import-" + modelData.title
    implicitHeight: lines.implicitHeight + 12
    Accessible.role: heading ? Accessible.Heading : Accessible.ListItem
    Accessible.name: modelData.title + (heading || note ? "" : ", " + modelData.detail + ", " + modelData.text)

    FocusRing { visible: row.ListView.isCurrentItem && row.ListView.view.activeFocus }
    RowLayout {
        id: lines
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: Theme.s
        anchors.rightMargin: Theme.s
        anchors.bottom: parent.bottom
        anchors.bottomMargin: row.heading ? 2 : 6
        spacing: Theme.s
        AgIcon { visible: row.note; name: "info"; color: Theme.textSecondary; Layout.alignment: Qt.AlignTop }
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            CutText {
                visible: !row.note
                text: row.modelData.title
                secondary: row.heading
                font.pixelSize: row.heading ? Theme.small : Theme.body
                font.weight: Font.Medium
                Layout.fillWidth: true
            }
            CutText {
                visible: !row.heading && !row.note
                text: row.modelData.detail ?? ""
                secondary: true
                font.pixelSize: Theme.small
                Layout.fillWidth: true
            }
            AgText {
                visible: row.note || row.kind === "error"
                text: row.note ? row.modelData.title : row.modelData.text ?? ""
                secondary: row.note
                color: row.note ? Theme.textSecondary : Theme.danger
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
        }
        Pill {
            visible: !row.heading && !row.note && row.kind !== "error"
            kind: row.kind
            text: row.modelData.text ?? ""
        }
    }
}
