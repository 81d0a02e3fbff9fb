import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import QtQuick.Templates as T
import AgGateway

// One account's whole story at the window's right edge. Shown while app.accountStory has an account.
Drawer {
    id: drawer
    required property App app
    readonly property AccountStory story: app.accountStory
    signal editAsked(string id)
    signal signInAsked(string id)
    signal testModelsAsked(string id, string label)
    signal requestsAsked(string id, string label)

    objectName: "accountDrawer"
    // One that cannot be swiped would stay otherwise. Escape is the content's: a dialog above it has its own.
    closePolicy: Popup.CloseOnPressOutside
    focus: true
    parent: T.Overlay.overlay
    edge: Qt.RightEdge
    interactive: false
    modal: true
    dim: true
    width: Math.min(480, parent ? parent.width - 96 : 480)
    height: parent ? parent.height : 640
    padding: 0
    onClosed: story.close()
    T.Overlay.modal: Rectangle { color: Theme.scrim }
    background: Rectangle {
        color: Theme.window
        Rectangle { width: 1; height: parent.height; color: Theme.border }
    }
    enter: Transition { NumberAnimation { property: "position"; to: 1; duration: Theme.calm; easing.type: Easing.OutCubic } }
    exit: Transition { NumberAnimation { property: "position"; to: 0; duration: Theme.calm; easing.type: Easing.InCubic } }

    Connections {
        target: drawer.story
        function onChanged() {
            if (drawer.story.id !== "" && !drawer.visible) drawer.open();
            else if (drawer.story.id === "") drawer.close();
        }
    }
    Component.onCompleted: if (story.id !== "") Qt.callLater(open)

    contentItem: ColumnLayout {
        spacing: 0
        focus: true
        Keys.onEscapePressed: drawer.close()
        // By anchors: the state comes later than the name, and a layout may keep the places that it gave without it.
        Item {
            implicitHeight: close.implicitHeight
            Layout.fillWidth: true
            Layout.margins: Theme.l
            Layout.rightMargin: Theme.m
            Layout.bottomMargin: Theme.s
            AgText {
                text: drawer.story.label
                font.pixelSize: Theme.title
                font.weight: Font.DemiBold
                elide: Text.ElideRight
                anchors.left: parent.left
                anchors.right: pill.visible ? pill.left : close.left
                anchors.rightMargin: Theme.s
                anchors.verticalCenter: parent.verticalCenter
                Accessible.role: Accessible.Heading
            }
            Pill {
                id: pill
                visible: drawer.story.state !== ""
                kind: drawer.story.state
                text: drawer.story.stateText
                anchors.right: close.left
                anchors.rightMargin: Theme.s
                anchors.verticalCenter: parent.verticalCenter
            }
            AgButton {
                id: close
                objectName: "closeDrawer"
                kind: "quiet"
                iconName: "x"
                tip: qsTr("Close")
                anchors.right: parent.right
                onClicked: drawer.close()
            }
        }
        EmptyState {
            objectName: "storyUnknown"
            visible: drawer.story.loading || drawer.story.error !== ""
            iconName: drawer.story.error !== "" ? "circle-alert" : "loader-circle"
            title: drawer.story.error !== "" ? qsTr("This account cannot be shown") : qsTr("Reading…")
            text: drawer.story.error
            actionText: drawer.story.error !== "" ? qsTr("Try again") : ""
            Layout.fillWidth: true
            Layout.margins: Theme.l
            onAction: drawer.story.refresh()
        }
        AgScrollView {
            id: scroll
            visible: !drawer.story.loading && drawer.story.error === ""
            contentWidth: availableWidth
            clip: true
            Layout.fillWidth: true
            Layout.fillHeight: true
            ColumnLayout {
                width: scroll.availableWidth
                spacing: Theme.m
                StoryCard {
                    app: drawer.app
                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.l
                    Layout.rightMargin: Theme.l
                    onEditAsked: drawer.editAsked(drawer.story.id)
                    onSignInAsked: drawer.signInAsked(drawer.story.id)
                    onTestModelsAsked: drawer.testModelsAsked(drawer.story.id, drawer.story.label)
                    onRequestsAsked: {
                        const id = drawer.story.id;
                        const label = drawer.story.label;
                        drawer.close();
                        drawer.requestsAsked(id, label);
                    }
                    onRemoved: drawer.close()
                }
                Card {
                    visible: drawer.story.limits.length > 0
                    title: qsTr("Remaining limits")
                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.l
                    Layout.rightMargin: Theme.l
                    Repeater {
                        model: drawer.story.limits.length
                        delegate: LimitBar {
                            required property int index
                            readonly property var limit: drawer.story.limits[index] ?? null
                            label: limit ? limit.label : ""
                            text: limit ? limit.text : ""
                            fraction: limit ? limit.fraction : 0
                            low: limit ? limit.low : false
                            Layout.fillWidth: true
                        }
                    }
                }
                HistoryCard {
                    story: drawer.story
                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.l
                    Layout.rightMargin: Theme.l
                }
                FactsCard {
                    story: drawer.story
                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.l
                    Layout.rightMargin: Theme.l
                }
                ModelsCard {
                    story: drawer.story
                    Layout.fillWidth: true
                    Layout.leftMargin: Theme.l
                    Layout.rightMargin: Theme.l
                    Layout.bottomMargin: Theme.l
                }
            }
        }
        Item { visible: !scroll.visible; Layout.fillHeight: true }
    }
}
