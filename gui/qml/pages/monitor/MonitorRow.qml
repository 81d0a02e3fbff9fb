import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// One request. Few items and no formatting: many of them are made while the table scrolls.
Rectangle {
    id: row
    required property int index
    required property string requestId
    required property string time
    required property string requestModel
    required property string upstreamModel
    required property string account
    required property string dialects
    required property string statusText
    required property string statusKind
    required property string errorText
    required property string errorTip
    required property string firstByte
    required property string duration
    required property string tokensIn
    required property string tokensOut
    required property string cost
    required property int attempts
    required property string spoken

    required property MonitorColumns columns
    property bool selected: false
    property bool current: false
    signal picked()

    height: 44
    radius: Theme.radius
    color: selected ? Theme.accentSoft : hover.hovered ? Theme.hover : "transparent"
    border.width: current ? 2 : 0
    border.color: Theme.accent
    objectName: "monitorRow"
    Accessible.role: Accessible.ListItem
    Accessible.name: spoken
    Accessible.selected: selected
    Accessible.onPressAction: row.picked()

    component Cell: Text {
        color: Theme.text
        font.family: Theme.fontFamily
        font.pixelSize: Theme.body
        textFormat: Text.PlainText
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
        Accessible.ignored: true
    }
    component Figure: Cell {
        font.pixelSize: Theme.small
        horizontalAlignment: Text.AlignRight
    }

    HoverHandler { id: hover }
    TapHandler { onTapped: row.picked() }

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: row.columns.margin
        anchors.rightMargin: row.columns.margin
        spacing: row.columns.gap
        Cell { text: row.time; color: Theme.textSecondary; font.pixelSize: Theme.small; Layout.preferredWidth: row.columns.time }
        Cell { text: row.statusText; color: Theme.stateColor(row.statusKind); font.weight: Font.DemiBold; Layout.preferredWidth: row.columns.status }
        ColumnLayout {
            spacing: 0
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Cell {
                text: row.upstreamModel === "" ? row.requestModel : row.requestModel + " → " + row.upstreamModel
                Layout.fillWidth: true
            }
            Cell {
                objectName: "monitorNote"
                HoverHandler { id: overError; enabled: row.errorTip !== "" }
                ToolTip.visible: overError.hovered && row.errorTip !== ""
                ToolTip.text: row.errorTip
                ToolTip.delay: 500
                text: row.errorText === "" ? row.dialects : row.errorText
                color: row.errorText === "" ? Theme.textSecondary : Theme.stateColor(row.statusKind)
                font.pixelSize: Theme.small
                Layout.fillWidth: true
            }
        }
        Cell { text: row.account; visible: row.columns.accountShown; Layout.preferredWidth: row.columns.account }
        Figure { text: row.firstByte; visible: row.columns.firstByteShown; Layout.preferredWidth: row.columns.firstByte }
        Figure { text: row.duration; visible: row.columns.durationShown; Layout.preferredWidth: row.columns.duration }
        Figure { text: row.tokensIn; visible: row.columns.tokensShown; Layout.preferredWidth: row.columns.tokens }
        Figure { text: row.tokensOut; visible: row.columns.tokensShown; Layout.preferredWidth: row.columns.tokens }
        Figure { objectName: "monitorCost"; text: row.cost; visible: row.columns.costShown; Layout.preferredWidth: row.columns.cost }
        Figure {
            text: row.attempts
            visible: row.columns.attemptsShown
            color: row.attempts > 1 ? Theme.warning : Theme.textSecondary
            Layout.preferredWidth: row.columns.attempts
        }
    }
}
