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
    MonitorHeader {
        columns: columnSet
        Layout.fillWidth: true
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
            clip: true
            reuseItems: true
            model: table.monitor
            currentIndex: -1
            highlightFollowsCurrentItem: false
            boundsBehavior: Flickable.StopAtBounds
            activeFocusOnTab: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Requests, newest first")
            ScrollBar.vertical: AgScrollBar {
                onPressedChanged: list.follow = !pressed && list.atYBeginning
            }
            onMovementStarted: follow = false
            onMovementEnded: follow = atYBeginning
            onFollowChanged: if (follow) unseen = 0
            Keys.onUpPressed: table.step(-1)
            Keys.onDownPressed: table.step(1)
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
                implicitHeight: table.monitor.loaded && table.monitor.olderLeft ? older.implicitHeight + 2 * Theme.s : 0
                visible: implicitHeight > 0
                AgButton {
                    id: older
                    objectName: "monitorOlder"
                    anchors.centerIn: parent
                    kind: "quiet"
                    text: qsTr("Older requests")
                    busy: table.monitor.loadingOlder
                    onClicked: table.monitor.loadOlder()
                }
            }
            delegate: MonitorRow {
                width: ListView.view.width
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
