import QtQuick
import AgGateway

// Bars of stacked parts over time, with an axis. The bar under the pointer, or chosen by arrow keys, tells its values.
Item {
    id: chart
    required property var bars
    required property var ticks
    property int current: -1
    readonly property int axisWidth: 52
    readonly property int labelHeight: 24
    readonly property var currentBar: current >= 0 && current < bars.length ? bars[current] : null
    objectName: "statsChart"
    implicitHeight: 260
    activeFocusOnTab: true
    Accessible.role: Accessible.Chart
    Accessible.name: currentBar ? currentBar.title + ": " + currentBar.totalText : qsTr("Bars over time; choose one with the arrow keys")
    Accessible.focusable: true
    Keys.onLeftPressed: current = Math.max(0, (current < 0 ? bars.length : current) - 1)
    Keys.onRightPressed: current = Math.min(bars.length - 1, current + 1)
    Keys.onEscapePressed: current = -1
    onActiveFocusChanged: if (!activeFocus) current = -1

    Item {
        id: plot
        anchors.fill: parent
        anchors.leftMargin: chart.axisWidth
        anchors.topMargin: Theme.s
        anchors.bottomMargin: chart.labelHeight
        readonly property real slot: chart.bars.length > 0 ? width / chart.bars.length : width
        readonly property real barWidth: Math.max(2, Math.min(48, slot * 0.68))

        Repeater {
            model: chart.ticks
            delegate: Item {
                id: tick
                required property var modelData
                width: plot.width
                y: Math.round(plot.height * (1 - modelData.fraction))
                Rectangle { width: parent.width; height: 1; color: Theme.border; opacity: tick.modelData.fraction === 0 ? 1 : 0.6 }
                AgText {
                    x: -chart.axisWidth
                    y: -height / 2
                    width: chart.axisWidth - Theme.s
                    text: tick.modelData.text
                    secondary: true
                    font.pixelSize: Theme.small
                    horizontalAlignment: Text.AlignRight
                    Accessible.ignored: true
                }
            }
        }
        Repeater {
            model: chart.bars
            delegate: Item {
                id: bar
                required property int index
                required property var modelData
                objectName: "bar-" + index
                x: index * plot.slot
                width: plot.slot
                height: plot.height
                Accessible.role: Accessible.Graphic
                Accessible.name: modelData.title + ": " + modelData.totalText
                Rectangle {
                    anchors.fill: parent
                    visible: chart.current === bar.index
                    color: Theme.hover
                    radius: 4
                    z: -1
                }
                Repeater {
                    model: bar.modelData.segments
                    delegate: Rectangle {
                        required property var modelData
                        x: (bar.width - width) / 2
                        y: bar.height * (1 - modelData.offset - modelData.fraction)
                        width: plot.barWidth
                        height: Math.max(1, bar.height * modelData.fraction)
                        color: Theme.series[modelData.color]
                        opacity: chart.current < 0 || chart.current === bar.index ? 1 : 0.55
                    }
                }
                AgText {
                    visible: bar.modelData.labelled
                    anchors.top: parent.bottom
                    anchors.topMargin: 6
                    x: Math.max(-bar.x - chart.axisWidth, Math.min((parent.width - width) / 2, plot.width - bar.x - width))
                    width: Math.min(implicitWidth, Math.max(bar.width, 96))
                    elide: Text.ElideRight
                    text: bar.modelData.label
                    secondary: true
                    font.pixelSize: Theme.small
                    Accessible.ignored: true
                }
            }
        }
        HoverHandler {
            // A mouse that only rests there leaves the choice to the arrow keys.
            readonly property real place: hovered ? point.position.x : -1
            onPlaceChanged: chart.current = place < 0 ? -1 : Math.floor(place / plot.slot)
        }
        Rectangle {
            id: tip
            objectName: "chartTip"
            readonly property real middle: (chart.current + 0.5) * plot.slot
            visible: chart.currentBar !== null
            x: middle + plot.slot / 2 + width + Theme.s < plot.width ? middle + plot.slot / 2 + Theme.s : Math.max(0, middle - plot.slot / 2 - width - Theme.s)
            y: Theme.s
            z: 1
            width: column.width + 24
            height: column.height + 20
            radius: Theme.radius
            color: Theme.raised
            border.color: Theme.border
            Column {
                id: column
                anchors.centerIn: parent
                width: 216
                spacing: 4
                AgText { text: chart.currentBar ? chart.currentBar.title : ""; font.weight: Font.DemiBold; width: parent.width; elide: Text.ElideRight }
                Repeater {
                    // From above, as the bar is stacked.
                    model: chart.currentBar ? chart.currentBar.segments.slice().reverse() : []
                    delegate: ChartValue {
                        required property var modelData
                        width: column.width
                        ink: Theme.series[modelData.color]
                        name: modelData.name
                        value: modelData.text
                    }
                }
                ChartValue {
                    width: column.width
                    name: qsTr("Total")
                    value: chart.currentBar ? chart.currentBar.totalText : ""
                    strong: true
                }
            }
        }
    }
}
