import QtQuick
import QtQuick.Layouts
import AgGateway

// The attempts over the request's time: pale while the answer was awaited, full while it came.
ColumnLayout {
    id: fall
    required property var attempts
    spacing: Theme.m
    Repeater {
        model: fall.attempts
        delegate: ColumnLayout {
            id: attempt
            required property int index
            required property var modelData
            readonly property color ink: modelData.failed ? Theme.danger : Theme.accent
            readonly property color pale: modelData.failed ? Theme.dangerSoft : Theme.accentSoft
            objectName: "attempt-" + index
            spacing: 4
            Layout.fillWidth: true
            RowLayout {
                spacing: Theme.s
                Layout.fillWidth: true
                AgText {
                    text: (attempt.index + 1) + ". " + attempt.modelData.account
                    font.weight: Font.Medium
                    elide: Text.ElideRight
                    Layout.fillWidth: true
                }
                Pill { kind: attempt.modelData.statusKind; text: attempt.modelData.statusText }
            }
            Rectangle {
                id: track
                implicitHeight: 12
                radius: 3
                color: Theme.sunken
                Layout.fillWidth: true
                Rectangle {
                    x: Math.min(attempt.modelData.startFraction * track.width, track.width - width)
                    width: Math.max(4, attempt.modelData.widthFraction * track.width)
                    height: parent.height
                    radius: 3
                    color: attempt.pale
                    border.width: 1
                    border.color: attempt.ink
                    Rectangle {
                        anchors.right: parent.right
                        width: (1 - attempt.modelData.headFraction) * parent.width
                        height: parent.height
                        radius: 3
                        color: attempt.ink
                    }
                }
            }
            AgText {
                text: attempt.modelData.model + " · " + attempt.modelData.dialect + " · " + attempt.modelData.timing
                secondary: true
                font.pixelSize: Theme.small
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
            AgText {
                visible: text !== ""
                text: attempt.modelData.why
                secondary: true
                font.pixelSize: Theme.small
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
            AgText {
                visible: text !== ""
                text: attempt.modelData.error
                color: Theme.danger
                font.pixelSize: Theme.small
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
        }
    }
}
