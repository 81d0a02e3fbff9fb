import QtQuick
import AgGateway

// Carries a row of a list, all of one height, to another place: what is carried, where it would come to stand, and the
// list, which scrolls while the pointer is at its edge. The row itself stays where it is until then. Lies over the list.
Item {
    id: carrier
    required property ListView list
    readonly property bool busy: carried !== ""
    property string carried: ""
    property string label: ""
    property int from: 0
    property real rowHeight: 0
    // In this item.
    property real pointer: 0
    property real grabbed: 0
    readonly property real step: rowHeight + list.spacing
    readonly property real scrolled: list.contentY - list.originY
    readonly property real most: Math.max(0, list.contentHeight + list.bottomMargin - list.height)
    readonly property int target: step > 0 ? Math.max(0, Math.min(list.count - 1, Math.round((pointer - grabbed + scrolled) / step))) : 0
    readonly property real edge: 40
    readonly property real speed: pointer < edge ? pointer - edge : Math.max(0, pointer - height + edge)
    signal dropped(string id, int row)

    function take(id: string, name: string, row: int, height: real, at: real) {
        label = name;
        from = row;
        rowHeight = height;
        grabbed = at;
        carried = id;
    }
    function drop() {
        const id = carried;
        const row = target;
        carried = "";
        if (row !== from) dropped(id, row);
    }
    clip: true
    visible: busy

    Timer {
        interval: 16
        repeat: true
        running: carrier.busy && carrier.speed !== 0
        onTriggered: carrier.list.contentY = carrier.list.originY + Math.max(0, Math.min(carrier.most, carrier.scrolled + Math.max(-12, Math.min(12, carrier.speed / 2))))
    }
    Rectangle {
        objectName: "dropMark"
        y: (carrier.target + (carrier.target > carrier.from ? 1 : 0)) * carrier.step - carrier.list.spacing / 2 - height / 2 - carrier.scrolled
        width: parent.width
        height: 3
        radius: 1.5
        color: Theme.accent
        visible: carrier.target !== carrier.from
    }
    Rectangle {
        objectName: "carriedRow"
        y: carrier.pointer - carrier.grabbed
        width: parent.width
        height: carrier.rowHeight
        radius: Theme.radius
        color: Theme.raised
        opacity: 0.9
        border.color: Theme.accent
        AgIcon {
            name: "grip-vertical"
            x: 52
            anchors.verticalCenter: parent.verticalCenter
        }
        AgText {
            text: carrier.label
            font.weight: Font.Medium
            elide: Text.ElideRight
            x: 76
            width: parent.width - x - Theme.m
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
