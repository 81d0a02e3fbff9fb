import QtQuick
import QtQuick.Layouts
import AgGateway

// How much of a limit is left.
ColumnLayout {
    id: bar
    property string label: ""
    property string text: ""
    // Under the bar; empty = no such line.
    property string note: ""
    property real fraction: 1
    property bool low: false
    // What is drawn: it moves with the figure, and follows the bar's own width at once.
    property real drawn: Math.min(1, Math.max(0, fraction))
    Behavior on drawn { NumberAnimation { duration: Theme.calm } }
    spacing: 4
    Accessible.role: Accessible.ProgressBar
    Accessible.name: note === "" ? label + " " + text : label + " " + text + ", " + note
    RowLayout {
        spacing: Theme.s
        CutText { text: bar.label; secondary: true; font.pixelSize: Theme.small; Layout.fillWidth: true }
        AgText { text: bar.text; font.pixelSize: Theme.small }
    }
    Rectangle {
        Layout.fillWidth: true
        implicitHeight: 6
        radius: 3
        // What is used up has no bar left to be seen by.
        color: bar.fraction > 0 ? Theme.sunken : Theme.dangerSoft
        Rectangle {
            height: parent.height
            radius: 3
            width: Math.max(bar.fraction > 0 ? 6 : 0, parent.width * bar.drawn)
            color: bar.low ? Theme.danger : Theme.accent
        }
    }
    CutText {
        visible: text !== ""
        text: bar.note
        secondary: true
        font.pixelSize: Theme.small
        Layout.fillWidth: true
    }
}
