import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// One of the latest requests in a line.
Rectangle {
    id: row
    required property int index
    required property string requestId
    required property string time
    required property string requestModel
    required property string account
    required property string statusText
    required property string statusKind
    required property string errorText
    required property string errorTip
    required property string duration
    required property string spoken
    signal opened(string id)

    objectName: "latest-" + index
    implicitHeight: 32
    radius: Theme.radius
    color: hover.hovered ? Theme.hover : "transparent"
    activeFocusOnTab: true
    Accessible.role: Accessible.Button
    Accessible.name: spoken
    Accessible.onPressAction: row.opened(row.requestId)
    Keys.onReturnPressed: row.opened(row.requestId)
    Keys.onEnterPressed: row.opened(row.requestId)
    Keys.onSpacePressed: row.opened(row.requestId)

    component Cell: AgText {
        font.pixelSize: Theme.small
        elide: Text.ElideRight
        Accessible.ignored: true
    }

    FocusRing { visible: row.activeFocus }
    HoverHandler { id: hover }
    TapHandler { onTapped: row.opened(row.requestId) }
    RowLayout {
        anchors.fill: parent
        spacing: Theme.m
        Cell { text: row.time; secondary: true; Layout.preferredWidth: 64 }
        Cell { text: row.statusText; color: Theme.stateColor(row.statusKind); font.weight: Font.DemiBold; Layout.preferredWidth: 40 }
        Cell { text: row.requestModel; font.pixelSize: Theme.body; Layout.fillWidth: true; Layout.preferredWidth: 3 }
        Cell {
            objectName: "latestError"
            text: row.errorText
            color: Theme.stateColor(row.statusKind)
            Layout.fillWidth: true
            Layout.preferredWidth: 3
            HoverHandler { id: overError; enabled: row.errorTip !== "" }
            ToolTip.visible: overError.hovered && row.errorTip !== ""
            ToolTip.text: row.errorTip
            ToolTip.delay: 500
        }
        Cell { text: row.account; secondary: true; Layout.fillWidth: true; Layout.preferredWidth: 2 }
        Cell { text: row.duration; secondary: true; horizontalAlignment: Text.AlignRight; Layout.preferredWidth: 64 }
    }
}
