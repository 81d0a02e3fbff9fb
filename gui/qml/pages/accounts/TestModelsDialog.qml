import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// The deep test of an account: what it would ask and cost, the choice, and what comes of it.
AgDialog {
    id: dialog
    required property App app
    readonly property AccountProbe probe: app.accountProbe
    readonly property bool planned: probe.phase === AccountProbe.Planned
    readonly property bool begun: probe.running || probe.phase === AccountProbe.Done
    property string label: ""

    function start(id: string, label: string) {
        dialog.label = label;
        probe.open(id);
        open();
    }

    objectName: "testModelsDialog"
    title: qsTr("Test models")
    wanted: 640
    focus: true
    onClosed: probe.close()

    contentItem: ColumnLayout {
        spacing: Theme.m
        AgText {
            text: qsTr("Each chosen model of %1 gets one small question. These are real requests: the provider charges for them, and they count in limits, budgets and statistics.").arg(dialog.label)
            secondary: true
            wrapMode: Text.Wrap
            Layout.fillWidth: true
        }
        EmptyState {
            visible: dialog.probe.phase === AccountProbe.Planning || dialog.probe.phase === AccountProbe.Failed
            iconName: dialog.probe.phase === AccountProbe.Failed ? "circle-alert" : "loader-circle"
            title: dialog.probe.phase === AccountProbe.Failed ? qsTr("This account cannot be tested") : qsTr("Reading…")
            text: dialog.probe.error
            actionText: dialog.probe.phase === AccountProbe.Failed ? qsTr("Try again") : ""
            onAction: dialog.probe.planAgain()
            Layout.fillWidth: true
            Layout.margins: Theme.l
        }
        RowLayout {
            visible: dialog.planned
            spacing: Theme.s
            Layout.fillWidth: true
            AgCheckBox {
                objectName: "chooseAllModels"
                visible: dialog.probe.count > 0
                enabled: dialog.probe.choosable > 0
                checked: dialog.probe.chosen > 0
                Accessible.name: qsTr("All models")
                Layout.leftMargin: 12
                Layout.preferredWidth: 32
                Layout.alignment: Qt.AlignTop
                onToggled: {
                    dialog.probe.chooseAll(checked);
                    checked = Qt.binding(() => dialog.probe.chosen > 0);
                }
            }
            ColumnLayout {
                spacing: 2
                Layout.fillWidth: true
                AgText {
                    objectName: "testPlan"
                    text: dialog.probe.planText
                    font.weight: Font.Medium
                    wrapMode: Text.Wrap
                    Layout.fillWidth: true
                }
                AgText {
                    objectName: "testCost"
                    visible: text !== ""
                    text: dialog.probe.costText
                    secondary: true
                    wrapMode: Text.Wrap
                    Layout.fillWidth: true
                }
            }
        }
        ColumnLayout {
            visible: dialog.begun
            spacing: Theme.s
            Layout.fillWidth: true
            AgText {
                objectName: "testProgress"
                text: dialog.probe.progressText
                font.weight: Font.Medium
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
            Rectangle {
                implicitHeight: 6
                radius: 3
                color: Theme.sunken
                Layout.fillWidth: true
                Accessible.role: Accessible.ProgressBar
                Accessible.name: dialog.probe.progressText
                Rectangle {
                    height: parent.height
                    radius: 3
                    width: parent.width * dialog.probe.progress
                    color: Theme.accent
                    Behavior on width { NumberAnimation { duration: Theme.calm } }
                }
            }
        }
        RowLayout {
            visible: dialog.begun && dialog.probe.error !== ""
            spacing: Theme.s
            Layout.fillWidth: true
            AgIcon { name: "triangle-alert"; color: Theme.danger; Layout.alignment: Qt.AlignTop }
            AgText {
                objectName: "testError"
                text: dialog.probe.error
                color: Theme.danger
                wrapMode: Text.Wrap
                Layout.fillWidth: true
            }
        }
        ListView {
            id: list
            objectName: "testedModels"
            visible: count > 0
            // In a long list, what is being asked stays in sight.
            readonly property int asking: dialog.probe.asking
            onAskingChanged: if (asking >= 0) positionViewAtIndex(asking, ListView.Contain)
            // A new plan has no current row of itself.
            onCountChanged: currentIndex = count > 0 ? 0 : -1
            onVisibleChanged: if (visible) forceActiveFocus(Qt.TabFocusReason)
            model: dialog.probe
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            keyNavigationEnabled: true
            activeFocusOnTab: true
            implicitHeight: Math.min(contentHeight, 440)
            Layout.fillWidth: true
            Layout.fillHeight: true
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Models")
            ScrollBar.vertical: AgScrollBar { policy: ScrollBar.AsNeeded }
            Keys.onSpacePressed: dialog.probe.toggle(currentIndex)
            delegate: TestedModelRow {
                probe: dialog.probe
                width: list.width
            }
        }
        AgText {
            objectName: "leftOutModels"
            visible: dialog.planned && text !== ""
            text: dialog.probe.leftOutText
            secondary: true
            font.pixelSize: Theme.small
            wrapMode: Text.Wrap
            maximumLineCount: 3
            elide: Text.ElideRight
            Layout.fillWidth: true
        }
    }
    footerButtons: [
        AgButton {
            objectName: "startTest"
            visible: !dialog.begun
            text: qsTr("Start")
            iconName: "play"
            kind: "primary"
            enabled: dialog.planned && dialog.probe.chosen > 0
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: { dialog.probe.start(); list.forceActiveFocus(Qt.TabFocusReason); }
        },
        AgButton {
            objectName: "stopTest"
            visible: dialog.probe.running
            text: qsTr("Stop")
            iconName: "square"
            busy: dialog.probe.phase === AccountProbe.Stopping
            enabled: !busy
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.probe.stop()
        },
        AgButton {
            objectName: "closeTest"
            visible: dialog.probe.phase === AccountProbe.Done
            text: qsTr("Close")
            kind: "primary"
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.close()
        },
        AgButton {
            objectName: "testAgain"
            visible: dialog.probe.phase === AccountProbe.Done
            text: qsTr("Test again…")
            Layout.bottomMargin: Theme.l
            onClicked: dialog.probe.planAgain()
        },
        AgButton {
            objectName: "cancelTest"
            visible: !dialog.begun
            text: qsTr("Cancel")
            Layout.bottomMargin: Theme.l
            onClicked: dialog.reject()
        },
        Item { Layout.fillWidth: true }
    ]
}
