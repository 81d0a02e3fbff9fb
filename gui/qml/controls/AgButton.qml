import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// kind: "primary" (one a view), "normal", "quiet" (no ground), "link" (no ground and no room around it), "danger".
Button {
    id: control
    property string kind: "normal"
    property string iconName: ""
    property bool busy: false
    property string tip: ""

    readonly property color ink: !enabled ? Theme.textDisabled
        : kind === "primary" ? Theme.accentInk : kind === "link" ? (hovered ? Theme.accentHover : Theme.accent) : kind === "danger" ? Theme.danger : Theme.text

    implicitHeight: kind === "link" ? 24 : Theme.controlHeight
    leftPadding: kind === "link" ? 0 : text === "" ? Theme.s : Theme.m
    rightPadding: leftPadding
    font.family: Theme.fontFamily
    font.pixelSize: Theme.body
    hoverEnabled: true
    Accessible.name: text !== "" ? text : tip
    ToolTip.visible: tip !== "" && (hovered || visualFocus)
    ToolTip.text: tip
    ToolTip.delay: 500
    Keys.onReturnPressed: if (enabled) clicked()
    Keys.onEnterPressed: if (enabled) clicked()

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight
        Row {
            id: row
            anchors.centerIn: parent
            spacing: Theme.s
            AgIcon {
                visible: control.iconName !== "" && !control.busy
                name: control.iconName
                color: control.ink
                anchors.verticalCenter: parent.verticalCenter
            }
            Spinner {
                visible: control.busy
                color: control.ink
                anchors.verticalCenter: parent.verticalCenter
            }
            AgText {
                visible: control.text !== ""
                text: control.text
                color: control.ink
                font.weight: control.kind === "primary" ? Font.DemiBold : Font.Normal
                anchors.verticalCenter: parent.verticalCenter
                Accessible.ignored: true
            }
        }
    }
    background: Rectangle {
        radius: Theme.radius
        color: {
            if (control.kind === "primary") {
                return !control.enabled ? Theme.neutralSoft : control.hovered || control.down ? Theme.accentHover : Theme.accent;
            }
            if (control.kind === "link") return "transparent";
            if (control.kind === "quiet") return control.hovered && control.enabled ? Theme.hover : "transparent";
            return control.hovered && control.enabled ? Theme.hover : Theme.raised;
        }
        border.width: control.kind === "normal" || control.kind === "danger" ? 1 : 0
        border.color: Theme.border
        Behavior on color { ColorAnimation { duration: Theme.quick } }
        FocusRing { visible: control.visualFocus }
    }
}
