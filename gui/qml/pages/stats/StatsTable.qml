import QtQuick
import QtQuick.Layouts
import AgGateway

// The parts in figures, and their sum.
ColumnLayout {
    id: table
    required property var rows
    required property var totalRow
    property string nameTitle: ""
    readonly property bool roomy: width >= 760
    readonly property int figureWidth: roomy ? 96 : 76
    spacing: 0

    component Figure: AgText {
        font.pixelSize: Theme.small
        horizontalAlignment: Text.AlignRight
        elide: Text.ElideRight
        Layout.preferredWidth: table.figureWidth
    }
    component Line: Item {
        id: line
        objectName: "statsRow"
        required property var entry
        property bool colored: true
        property bool strong: false
        implicitHeight: 34
        Layout.fillWidth: true
        Accessible.role: Accessible.Row
        Accessible.name: entry.name + ": " + entry.tokens + ", " + entry.cost
        RowLayout {
            anchors.fill: parent
            spacing: Theme.s
            Rectangle { opacity: line.colored ? 1 : 0; implicitWidth: 10; implicitHeight: 10; radius: 2; color: Theme.series[line.entry.color ?? 0] }
            AgText {
                text: line.entry.name ?? ""
                font.pixelSize: Theme.small
                font.weight: line.strong ? Font.DemiBold : Font.Normal
                elide: Text.ElideRight
                Layout.fillWidth: true
            }
            Figure { text: line.entry.requests ?? ""; Layout.preferredWidth: 72 }
            Figure { text: line.entry.errors ?? ""; visible: table.roomy; Layout.preferredWidth: 64 }
            Figure { text: line.entry.input ?? "" }
            Figure { text: line.entry.cacheShare ?? ""; Layout.preferredWidth: 76 }
            Figure { text: line.entry.output ?? "" }
            Figure { text: line.entry.reasoning ?? ""; visible: table.roomy }
            Figure { text: line.entry.tokens ?? ""; font.weight: Font.DemiBold; Layout.preferredWidth: 96 }
            Figure { text: line.entry.cost ?? ""; Layout.preferredWidth: 80 }
        }
        Rectangle { anchors.bottom: parent.bottom; width: parent.width; height: 1; color: Theme.border; visible: !line.strong }
    }

    RowLayout {
        spacing: Theme.s
        Layout.fillWidth: true
        Layout.preferredHeight: 32
        component Title: Figure { secondary: true; font.weight: Font.Medium }
        Item { implicitWidth: 10; implicitHeight: 10 }
        AgText { text: table.nameTitle; secondary: true; font.pixelSize: Theme.small; font.weight: Font.Medium; elide: Text.ElideRight; Layout.fillWidth: true }
        Title { text: qsTr("Requests"); Layout.preferredWidth: 72 }
        Title { text: qsTr("Failed"); visible: table.roomy; Layout.preferredWidth: 64 }
        Title { text: qsTr("Input") }
        Title { text: qsTr("From cache"); Layout.preferredWidth: 76 }
        Title { text: qsTr("Output") }
        Title { text: qsTr("Reasoning"); visible: table.roomy }
        Title { text: qsTr("All tokens"); Layout.preferredWidth: 96 }
        Title { text: qsTr("Cost"); Layout.preferredWidth: 80 }
    }
    Rectangle { implicitHeight: 1; color: Theme.border; Layout.fillWidth: true }
    Repeater {
        model: table.rows
        delegate: Line {
            required property var modelData
            entry: modelData
        }
    }
    Line {
        entry: table.totalRow
        colored: false
        strong: true
    }
}
