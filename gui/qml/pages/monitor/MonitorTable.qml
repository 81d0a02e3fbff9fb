import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// The log. While `follow`, the newest request stays in sight; scrolling away stops that, and the rows stand still.
ColumnLayout {
    id: table
    required property MonitorModel monitor
    property string hiddenColumns: ""
    property string selectedId: ""
    property alias follow: list.follow
    property alias columns: columnSet
    signal picked(string id)
    spacing: Theme.xs

    function showNewest() {
        list.follow = true;
        list.unseen = 0;
        list.positionViewAtBeginning();
    }
    function showOldest() {
        list.follow = false;
        list.positionViewAtEnd();
    }
    function scrollAcross(by: int) {
        list.contentX = Math.max(0, Math.min(list.contentWidth - list.width, list.contentX + by));
    }
    function step(by: int) {
        list.follow = false;
        list.currentIndex = Math.max(0, Math.min(list.count - 1, list.currentIndex + by));
        list.positionViewAtIndex(list.currentIndex, ListView.Contain);
        table.picked(table.monitor.idAt(list.currentIndex));
    }

    MonitorColumns {
        id: columnSet
        available: table.width
        hidden: table.hiddenColumns
    }
    // The names stand still while the rows pass under them, and go sideways with them.
    Flickable {
        interactive: false
        clip: true
        contentX: list.contentX
        contentWidth: columnSet.width
        implicitHeight: header.implicitHeight
        Layout.fillWidth: true
        MonitorHeader {
            id: header
            columns: columnSet
            width: columnSet.width
        }
    }
    Item {
        Layout.fillWidth: true
        Layout.fillHeight: true
        ListView {
            id: list
            objectName: "monitorList"
            property bool follow: true
            property int unseen: 0
            anchors.fill: parent
            anchors.bottomMargin: across.size < 1 ? Theme.m : 0
            clip: true
            reuseItems: true
            model: table.monitor
            currentIndex: -1
            highlightFollowsCurrentItem: false
            boundsBehavior: Flickable.StopAtBounds
            contentWidth: columnSet.width
            flickableDirection: Flickable.AutoFlickIfNeeded
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Requests, newest first")
            ScrollBar.vertical: AgScrollBar {
                onPressedChanged: list.follow = !pressed && list.atYBeginning
            }
            // Seen all the time, since nothing else tells that there is more at the side.
            ScrollBar.horizontal: AgScrollBar {
                id: across
                objectName: "monitorAcross"
                parent: list.parent
                anchors.left: parent.left
                anchors.right: parent.right
                anchors.bottom: parent.bottom
                policy: size < 1 ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
            }
            onMovingVerticallyChanged: follow = !movingVertically && atYBeginning
            onFollowChanged: if (follow) unseen = 0
            Keys.onUpPressed: table.step(-1)
            Keys.onDownPressed: table.step(1)
            Keys.onLeftPressed: table.scrollAcross(-120)
            Keys.onRightPressed: table.scrollAcross(120)
            Keys.onReturnPressed: table.picked(table.monitor.idAt(currentIndex))
            Keys.onPressed: (event) => {
                if (event.key === Qt.Key_Home) table.showNewest();
                else if (event.key === Qt.Key_End) table.showOldest();
                else if (event.key === Qt.Key_PageDown) table.step(10);
                else if (event.key === Qt.Key_PageUp) table.step(-10);
                else return;
                event.accepted = true;
            }
            footer: Item {
                width: ListView.view.width
                // Where the filter lets nothing through, the page says so and offers the same.
                implicitHeight: table.monitor.loaded && table.monitor.olderLeft && !(table.monitor.filtered && list.count === 0) ? older.implicitHeight + 2 * Theme.s : 0
                visible: implicitHeight > 0
                AgButton {
                    id: older
                    objectName: "monitorOlder"
                    x: list.contentX + (list.width - width) / 2
                    anchors.verticalCenter: parent.verticalCenter
                    kind: "quiet"
                    text: qsTr("Older requests")
                    busy: table.monitor.loadingOlder
                    onClicked: table.monitor.loadOlder()
                }
            }
            delegate: MonitorRow {
                width: columnSet.width
                columns: columnSet
                selected: requestId === table.selectedId
                current: list.activeFocus && ListView.isCurrentItem
                onPicked: {
                    list.currentIndex = index;
                    list.forceActiveFocus();
                    table.picked(requestId);
                }
            }
            Connections {
                target: table.monitor
                function onRowsInserted(parent, first, last) {
                    if (first > 0) return;  // older ones
                    if (list.follow) list.positionViewAtBeginning();
                    else list.unseen += last - first + 1;
                }
                function onModelReset() {
                    list.follow = true;
                    list.unseen = 0;
                    list.currentIndex = -1;
                }
            }
        }
        AgButton {
            objectName: "monitorNewest"
            visible: !list.follow
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.top: parent.top
            anchors.topMargin: Theme.s
            iconName: "chevron-up"
            text: list.unseen > 0 ? qsTr("%n new", "", list.unseen) : qsTr("Newest")
            onClicked: table.showNewest()
        }
    }
}
