import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// One account as a calm card. A narrow one has more lines instead of more columns.
Rectangle {
    id: row
    required property App app
    required property AccountColumns columns
    required property RowCarrier carrier
    readonly property bool carried: carrier.carried === accountId
    property bool sortable: true
    readonly property bool roomy: width >= 1000
    readonly property bool narrow: width < 760

    required property int index
    required property string accountId
    required property string label
    required property string provider
    required property string accountState
    required property string stateText
    required property string reason
    required property string knownBy
    required property bool sandbox
    required property bool accountEnabled
    required property int priority
    required property int weight
    required property int inFlight
    required property string lastUse
    required property var limits
    required property bool selected
    required property bool signsIn
    required property bool testing

    signal opened()
    signal menuAsked(Item item)
    // By so many rows.
    signal moveAsked(int rows)

    objectName: "account-" + label
    Component.onDestruction: if (carried) carrier.carried = ""
    height: narrow ? 80 : 64
    opacity: carried ? 0.5 : 1
    radius: Theme.radius
    color: selected ? Theme.accentSoft : hover.hovered ? Theme.hover : Theme.surface
    border.color: selected ? Theme.accent : Theme.border
    activeFocusOnTab: true
    Accessible.role: Accessible.ListItem
    Accessible.name: label + ", " + provider + (sandbox ? ", " + qsTr("Sandbox") : "") + ", " + stateText + (reason !== "" ? ", " + reason : "") + (testing ? ", " + qsTr("being tested") : "")
    Keys.onReturnPressed: opened()
    Keys.onEnterPressed: opened()
    Keys.onSpacePressed: (event) => {
        if (event.modifiers & Qt.ShiftModifier) app.accountFilter.selectTo(accountId);
        else app.accounts.select(accountId, !selected);
    }
    // As dragging does.
    Keys.onPressed: (event) => {
        const by = event.key === Qt.Key_Up ? -1 : event.key === Qt.Key_Down ? 1 : 0;
        if (by === 0 || !(event.modifiers & Qt.ControlModifier) || !sortable) return;
        moveAsked(by);
        event.accepted = true;
    }
    Keys.onDeletePressed: app.accounts.remove(accountId)
    Keys.onMenuPressed: menuAsked(more)
    Behavior on color { ColorAnimation { duration: Theme.quick } }

    FocusRing { visible: row.activeFocus }
    HoverHandler { id: hover }
    TapHandler { acceptedModifiers: Qt.NoModifier; onTapped: row.opened() }
    TapHandler { acceptedModifiers: Qt.ControlModifier; onTapped: row.app.accounts.select(row.accountId, !row.selected) }
    TapHandler { acceptedModifiers: Qt.ShiftModifier; onTapped: row.app.accountFilter.selectTo(row.accountId) }
    TapHandler { acceptedButtons: Qt.RightButton; onTapped: row.menuAsked(more) }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 12
        anchors.rightMargin: Theme.s
        spacing: Theme.s

        AgCheckBox {
            objectName: "select-" + row.label
            Layout.preferredWidth: 32
            checked: row.selected
            Accessible.name: qsTr("Select %1").arg(row.label)
            onToggled: {
                row.app.accounts.select(row.accountId, checked);
                checked = Qt.binding(() => row.selected);
            }
            // With Shift the box is not turned over: all up to it are selected.
            MouseArea {
                anchors.fill: parent
                onPressed: (mouse) => mouse.accepted = (mouse.modifiers & Qt.ShiftModifier) !== 0
                onClicked: row.app.accountFilter.selectTo(row.accountId)
            }
        }
        AgIcon {
            name: "grip-vertical"
            opacity: row.sortable ? 1 : 0.3
            MouseArea {
                id: grip
                objectName: "grip-" + row.label
                anchors.fill: parent
                anchors.margins: -8
                enabled: row.sortable
                cursorShape: enabled ? Qt.SizeVerCursor : Qt.ArrowCursor
                preventStealing: true
                hoverEnabled: true
                property real pressedAt: 0
                ToolTip.visible: containsMouse && !row.carrier.busy
                ToolTip.text: qsTr("Drag it: accounts further up are used first")
                ToolTip.delay: 500
                onPressed: (mouse) => pressedAt = mapToItem(row, 0, mouse.y).y
                onPositionChanged: (mouse) => {
                    if (!pressed) return;
                    const at = mapToItem(row, 0, mouse.y).y;
                    row.carrier.pointer = mapToItem(row.carrier, 0, mouse.y).y;
                    if (!row.carrier.busy && Math.abs(at - pressedAt) > 4) row.carrier.take(row.accountId, row.label, row.index, row.height, pressedAt);
                }
                onReleased: if (row.carried) row.carrier.drop()
                onCanceled: if (row.carried) row.carrier.carried = ""
            }
        }
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            // The rest of the row, however long the name is, so that all rows read as columns.
            Layout.preferredWidth: 1
            Layout.minimumWidth: 112
            AgText {
                text: row.label
                font.weight: Font.Medium
                color: row.accountEnabled ? Theme.text : Theme.textSecondary
                elide: Text.ElideRight
                Layout.fillWidth: true
            }
            RowLayout {
                visible: row.columns.keyShown || row.sandbox
                spacing: Theme.xs
                SandboxMark { objectName: "sandbox-" + row.label; visible: row.sandbox }
                CutText {
                    objectName: "key-" + row.label
                    text: !row.columns.keyShown ? "" : row.knownBy === "" ? row.provider : row.provider + " · " + row.knownBy
                    secondary: true
                    font.pixelSize: Theme.small
                    Layout.fillWidth: true
                }
            }
            CutText {
                objectName: "use-" + row.label
                visible: row.narrow && text !== ""
                text: (lastUse.wanted ? lastUse.text : "") + (lastUse.wanted && rank.wanted ? " · " : "") + (rank.wanted ? rank.text : "")
                secondary: true
                font.pixelSize: Theme.small
                Layout.fillWidth: true
            }
        }
        ColumnLayout {
            id: condition
            readonly property int room: row.roomy ? 280 : 216
            spacing: 2
            Layout.preferredWidth: room
            Layout.maximumWidth: room
            RowLayout {
                spacing: Theme.s
                Pill {
                    objectName: "state-" + row.label
                    kind: row.accountState
                    text: row.stateText
                    // Not the column's width: that is not known yet when this is asked for, and may be asked for only once.
                    Layout.maximumWidth: condition.room - (row.testing ? 16 + Theme.s : 0)
                }
                Spinner { objectName: "testing-" + row.label; visible: row.testing }
            }
            CutText {
                objectName: "reason-" + row.label
                visible: text !== ""
                text: row.reason
                secondary: true
                font.pixelSize: Theme.small
                wrapMode: row.narrow ? Text.Wrap : Text.NoWrap
                maximumLineCount: row.narrow ? 2 : 1
                Layout.fillWidth: true
            }
        }
        LimitBar {
            objectName: "limit-" + row.label
            visible: row.columns.limitShown
            readonly property var tightest: row.limits.length > 0 ? row.limits[0] : null
            opacity: tightest ? 1 : 0
            label: tightest ? tightest.label : ""
            text: tightest ? (row.roomy ? tightest.amount : Math.round(tightest.fraction * 100) + "%") : ""
            note: tightest ? tightest.reset : ""
            fraction: tightest ? tightest.fraction : 0
            low: tightest ? tightest.low : false
            Layout.preferredWidth: row.roomy ? 288 : 136
            Layout.maximumWidth: Layout.preferredWidth
        }
        ColumnLayout {
            visible: !row.narrow && (row.columns.lastUseShown || row.columns.priorityShown)
            spacing: 2
            Layout.preferredWidth: 88
            Layout.minimumWidth: 88
            Layout.maximumWidth: 88
            Layout.leftMargin: Theme.s
            AgText {
                id: lastUse
                readonly property bool wanted: row.columns.lastUseShown && text !== ""
                visible: wanted
                text: row.inFlight > 0 ? qsTr("%n running", "", row.inFlight) : row.lastUse
                secondary: true
                font.pixelSize: Theme.small
                elide: Text.ElideRight
                Layout.fillWidth: true
            }
            AgText {
                id: rank
                readonly property bool wanted: row.columns.priorityShown && (row.priority !== 0 || row.weight !== 1)
                visible: wanted
                text: qsTr("prio %1 · ×%2").arg(row.priority).arg(row.weight)
                secondary: true
                font.pixelSize: Theme.small
                elide: Text.ElideRight
                Layout.fillWidth: true
            }
        }
        AgSwitch {
            objectName: "enable-" + row.label
            Layout.preferredWidth: 48
            checked: row.accountEnabled
            Accessible.name: qsTr("Use %1").arg(row.label)
            onToggled: {
                row.app.accounts.setEnabled(row.accountId, checked);
                checked = Qt.binding(() => row.accountEnabled);
            }
        }
        AgButton {
            id: more
            objectName: "menu-" + row.label
            kind: "quiet"
            iconName: "ellipsis-vertical"
            tip: qsTr("More for %1").arg(row.label)
            onClicked: row.menuAsked(more)
        }
    }
}
