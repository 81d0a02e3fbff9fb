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
    // From left to right: the figure's name in an entry, its title, and its width.
    readonly property var allFigures: [
        { key: "requests", title: qsTr("Requests"), width: 72, spare: false },
        { key: "errors", title: qsTr("Failed"), width: 64, spare: true },
        { key: "input", title: qsTr("Input"), width: figureWidth, spare: false },
        { key: "cacheShare", title: qsTr("From cache"), width: 76, spare: false },
        { key: "output", title: qsTr("Output"), width: figureWidth, spare: false },
        { key: "reasoning", title: qsTr("Reasoning"), width: figureWidth, spare: true },
        { key: "tokens", title: qsTr("All tokens"), width: 96, spare: false },
        { key: "cost", title: qsTr("Cost"), width: 80, spare: false }
    ]
    readonly property var figures: allFigures.filter((figure) => roomy || !figure.spare)
    readonly property int figuresWidth: figures.reduce((sum, figure) => sum + Theme.s + figure.width, 0)
    readonly property var head: figures.reduce((entry, figure) => Object.assign(entry, { [figure.key]: figure.title }), { name: nameTitle })
    spacing: 0

    component Cell: AgText {
        font.pixelSize: Theme.small
        elide: Text.ElideRight
        anchors.verticalCenter: parent?.verticalCenter
    }
    component Line: Item {
        id: line
        objectName: "statsRow"
        required property var entry
        property bool isHead: false
        property bool colored: !isHead
        property bool strong: false
        implicitHeight: 34
        Layout.fillWidth: true
        Accessible.role: Accessible.Row
        Accessible.name: isHead ? entry.name : entry.name + ": " + entry.tokens + ", " + entry.cost

        Rectangle {
            visible: line.colored
            width: 10
            height: 10
            radius: 2
            color: Theme.series[line.entry.color ?? 0]
            anchors.verticalCenter: parent.verticalCenter
        }
        Cell {
            x: 10 + Theme.s
            width: line.width - x - table.figuresWidth
            text: line.entry.name ?? ""
            secondary: line.isHead
            font.weight: line.isHead ? Font.Medium : line.strong ? Font.DemiBold : Font.Normal
        }
        Row {
            anchors.right: parent.right
            height: parent.height
            spacing: Theme.s
            Repeater {
                model: table.figures
                delegate: Cell {
                    required property var modelData
                    width: modelData.width
                    text: line.entry[modelData.key] ?? ""
                    secondary: line.isHead
                    horizontalAlignment: Text.AlignRight
                    font.weight: line.isHead ? Font.Medium : modelData.key === "tokens" ? Font.DemiBold : Font.Normal
                }
            }
        }
        Rectangle { anchors.bottom: parent.bottom; width: parent.width; height: 1; color: Theme.border; visible: !line.strong }
    }

    Line {
        objectName: "statsHead"
        entry: table.head
        isHead: true
    }
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
