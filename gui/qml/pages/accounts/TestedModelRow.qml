import QtQuick
import QtQuick.Layouts
import AgGateway

// One model of a deep test: the choice before it, what came of it afterwards.
Item {
    id: row
    required property AccountProbe probe
    required property int index
    required property string name
    required property bool chosen
    required property bool choosable
    required property string testState
    required property string iconName
    required property string stateKind
    required property string text
    required property string detail
    readonly property bool choosing: probe.phase === AccountProbe.Planned
    readonly property bool quiet: testState === "left_out" || testState === "stopped" || testState === "waiting"

    objectName: "tested-" + name
    implicitHeight: Math.max(48, lines.implicitHeight + 16)
    Accessible.role: Accessible.ListItem
    Accessible.name: name + (text !== "" ? ", " + text : "") + (detail !== "" ? ", " + detail : "")

    Rectangle {
        anchors.fill: parent
        radius: Theme.radius
        color: Theme.hover
        visible: hover.hovered && row.choosable
    }
    FocusRing {
        anchors.margins: 2
        visible: row.ListView.isCurrentItem && row.ListView.view.activeFocus
    }
    HoverHandler { id: hover }
    TapHandler { enabled: row.choosable; onTapped: row.probe.toggle(row.index) }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 12
        anchors.rightMargin: Theme.m
        spacing: Theme.s
        Item {
            implicitWidth: 32
            implicitHeight: Theme.controlHeight
            AgCheckBox {
                objectName: "choose-" + row.name
                visible: row.choosing
                enabled: row.choosable
                opacity: enabled ? 1 : 0.4
                checked: row.chosen
                focusPolicy: Qt.NoFocus
                Accessible.name: qsTr("Test %1").arg(row.name)
                onToggled: {
                    row.probe.choose(row.index, checked);
                    checked = Qt.binding(() => row.chosen);
                }
            }
            Spinner {
                visible: row.testState === "asking"
                color: Theme.accent
                x: 6
                anchors.verticalCenter: parent.verticalCenter
            }
            AgIcon {
                visible: !row.choosing && row.testState !== "asking"
                name: row.iconName
                color: Theme.stateColor(row.stateKind)
                x: 6
                anchors.verticalCenter: parent.verticalCenter
            }
        }
        ColumnLayout {
            id: lines
            spacing: 2
            Layout.fillWidth: true
            RowLayout {
                spacing: Theme.s
                CutText {
                    text: row.name
                    secondary: row.quiet
                    font.weight: Font.Medium
                    Layout.fillWidth: true
                }
                AgText {
                    visible: text !== ""
                    text: row.detail
                    secondary: true
                    font.pixelSize: Theme.small
                }
            }
            CutText {
                visible: text !== ""
                text: row.text
                color: row.quiet || row.testState === "planned" ? Theme.textSecondary : Theme.stateColor(row.stateKind)
                font.pixelSize: Theme.small
                wrapMode: Text.Wrap
                maximumLineCount: 3
                Layout.fillWidth: true
            }
        }
    }
}
