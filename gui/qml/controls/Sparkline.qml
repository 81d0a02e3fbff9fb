import QtQuick
import QtQuick.Shapes
import AgGateway

// The course of a figure, without axes.
Item {
    id: line
    property list<real> values
    property color color: Theme.accent
    readonly property real peak: Math.max(1, ...values)
    implicitHeight: 32
    Accessible.ignored: true
    Shape {
        anchors.fill: parent
        visible: line.values.length > 1
        ShapePath {
            strokeColor: line.color
            strokeWidth: 1.5
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            PathPolyline {
                path: Array.from(line.values, (value, index) => Qt.point(
                    index * line.width / (line.values.length - 1), line.height - 1 - value / line.peak * (line.height - 3)))
            }
        }
    }
}
