import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// Says that nobody's model is behind the answers.
Pill {
    id: mark
    readonly property string tip: qsTr("Its answers are made up: no provider is asked.")
    kind: "info"
    text: qsTr("Sandbox")
    dot: false
    implicitHeight: 20
    radius: 10
    Accessible.role: Accessible.StaticText
    Accessible.name: text + ": " + tip
    HoverHandler { id: hover }
    ToolTip.visible: hover.hovered
    ToolTip.text: tip
    ToolTip.delay: 500
}
