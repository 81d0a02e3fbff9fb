import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// One client key: whose it is, whether it is let in, and what it has used.
Rectangle {
    id: row
    required property App app
    required property string keyId
    required property string name
    required property string hint
    required property string keyState
    required property string stateText
    required property bool keyEnabled
    required property string bounds
    required property string usage
    required property string lastUse
    required property var budgets
    readonly property bool roomy: width >= 800
    readonly property var tightest: budgets.length > 0 ? budgets[0] : null
    signal editAsked()
    signal rotateAsked()

    objectName: "key-" + name
    height: tight.visible ? 72 : 56
    radius: Theme.radius
    color: hover.hovered ? Theme.hover : "transparent"
    Accessible.role: Accessible.ListItem
    Accessible.name: name + ", " + stateText + ", " + usage
    HoverHandler { id: hover }
    ToolTip.visible: hover.hovered && bounds.truncated
    ToolTip.text: bounds.text
    ToolTip.delay: 500

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.s
        spacing: Theme.s
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            // The rest of the row, so that all rows read as columns.
            Layout.preferredWidth: 1
            Layout.minimumWidth: 96
            AgText { text: row.name; font.weight: Font.Medium; color: row.keyState === "ready" ? Theme.text : Theme.textSecondary; elide: Text.ElideRight; Layout.fillWidth: true }
            AgText { id: bounds; text: row.bounds !== "" ? row.hint + " · " + row.bounds : row.hint; secondary: true; font.pixelSize: Theme.small; elide: Text.ElideRight; Layout.fillWidth: true }
            CutText { id: tight; objectName: "budget-" + row.name; visible: !row.roomy && row.tightest !== null; text: row.tightest ? row.tightest.amount : ""; secondary: true; font.pixelSize: Theme.small; Layout.fillWidth: true }
        }
        Item {
            implicitHeight: pill.implicitHeight
            Layout.preferredWidth: 124
            Layout.minimumWidth: 124
            Layout.maximumWidth: 124
            Pill {
                id: pill
                kind: row.keyState === "ready" ? "ok" : row.keyState === "budget_spent" ? "warning" : row.keyState === "expired" ? "error" : "neutral"
                text: row.stateText
                width: Math.min(implicitWidth, parent.width)
            }
        }
        LimitBar {
            visible: row.roomy
            opacity: row.tightest ? 1 : 0
            label: row.tightest ? row.tightest.label : ""
            text: row.tightest ? row.tightest.amount : ""
            fraction: row.tightest ? row.tightest.fraction : 0
            low: row.tightest ? row.tightest.low : false
            Layout.preferredWidth: 256
            Layout.maximumWidth: 256
        }
        ColumnLayout {
            spacing: 2
            Layout.preferredWidth: 192
            Layout.minimumWidth: 192
            Layout.maximumWidth: 192
            AgText { text: row.lastUse; secondary: true; font.pixelSize: Theme.small; elide: Text.ElideRight; Layout.fillWidth: true }
            AgText { text: row.usage; secondary: true; font.pixelSize: Theme.small; elide: Text.ElideRight; Layout.fillWidth: true }
        }
        AgSwitch {
            objectName: "enableKey-" + row.name
            checked: row.keyEnabled
            Layout.preferredWidth: 48
            Accessible.name: qsTr("Let %1 in").arg(row.name)
            onToggled: {
                row.app.clientKeys.setEnabled(row.keyId, checked);
                checked = Qt.binding(() => row.keyEnabled);
            }
        }
        RowLayout {
            spacing: 0
            AgButton { objectName: "editKey-" + row.name; kind: "quiet"; iconName: "pencil"; tip: qsTr("Edit %1").arg(row.name); onClicked: row.editAsked() }
            AgButton { objectName: "rotateKey-" + row.name; kind: "quiet"; iconName: "refresh-cw"; tip: qsTr("New secret for %1").arg(row.name); onClicked: row.rotateAsked() }
            AgButton { objectName: "removeKey-" + row.name; kind: "quiet"; iconName: "trash-2"; tip: qsTr("Remove %1").arg(row.name); onClicked: row.app.clientKeys.remove(row.keyId) }
        }
    }
}
