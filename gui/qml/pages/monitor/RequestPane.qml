import QtQuick
import QtQuick.Layouts
import AgGateway

// What the log holds of the chosen request.
Rectangle {
    id: pane
    required property App app
    readonly property RequestDetail detail: app.requestDetail
    signal mendAsked(string action, string id)
    objectName: "requestPane"
    color: Theme.surface
    border.color: Theme.border
    radius: Theme.radiusLarge

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 1
        spacing: 0
        RowLayout {
            spacing: Theme.s
            Layout.fillWidth: true
            Layout.margins: Theme.s
            Layout.leftMargin: Theme.m
            AgText {
                objectName: "requestTitle"
                text: pane.detail.title === "" ? qsTr("Request") : pane.detail.title
                font.pixelSize: Theme.heading
                font.weight: Font.DemiBold
                elide: Text.ElideRight
                Layout.fillWidth: true
                Accessible.role: Accessible.Heading
            }
            Pill { kind: pane.detail.statusKind; text: pane.detail.statusText === "" ? "…" : pane.detail.statusText }
            AgButton {
                objectName: "closeRequest"
                kind: "quiet"
                iconName: "x"
                tip: qsTr("Close")
                onClicked: pane.detail.close()
            }
        }
        Rectangle { implicitHeight: 1; color: Theme.border; Layout.fillWidth: true }
        AgScrollView {
            id: scroll
            contentWidth: availableWidth
            clip: true
            Layout.fillWidth: true
            Layout.fillHeight: true
            ColumnLayout {
                width: scroll.availableWidth
                spacing: Theme.m
                Spinner {
                    visible: pane.detail.loading && pane.detail.title === ""
                    Layout.alignment: Qt.AlignHCenter
                    Layout.topMargin: Theme.l
                }
                EmptyState {
                    visible: pane.detail.error !== ""
                    iconName: "circle-alert"
                    title: qsTr("This record cannot be shown")
                    text: pane.detail.error
                    actionText: qsTr("Try again")
                    Layout.fillWidth: true
                    Layout.margins: Theme.m
                    onAction: pane.detail.refresh()
                }
                Rectangle {
                    objectName: "requestCause"
                    visible: pane.detail.cause !== ""
                    color: Theme.dangerSoft
                    radius: Theme.radius
                    implicitHeight: causeColumn.implicitHeight + Theme.l
                    Layout.fillWidth: true
                    Layout.margins: Theme.m
                    Layout.bottomMargin: 0
                    ColumnLayout {
                        id: causeColumn
                        anchors.left: parent.left
                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        anchors.leftMargin: 12
                        anchors.rightMargin: 12
                        spacing: 4
                        AgText { text: pane.detail.cause; color: Theme.danger; font.weight: Font.DemiBold; wrapMode: Text.Wrap; Layout.fillWidth: true }
                        AgText { text: pane.detail.causeText; visible: text !== ""; font.pixelSize: Theme.small; wrapMode: Text.Wrap; Layout.fillWidth: true }
                        AgText { objectName: "requestHint"; text: pane.detail.hint; visible: text !== ""; font.weight: Font.Medium; wrapMode: Text.Wrap; Layout.fillWidth: true }
                        AgButton {
                            objectName: "requestMend"
                            visible: text !== ""
                            text: pane.detail.mendText
                            Layout.topMargin: Theme.xs
                            onClicked: pane.mendAsked(pane.detail.mendAction, pane.detail.accountId)
                        }
                    }
                }
                DetailSection {
                    visible: pane.detail.attempts.length > 0
                    title: qsTr("Attempts over %1").arg(pane.detail.durationText)
                    Layout.leftMargin: Theme.m
                    Layout.rightMargin: Theme.m
                    Layout.topMargin: pane.detail.cause === "" ? Theme.m : 0
                    Waterfall { attempts: pane.detail.attempts; Layout.fillWidth: true }
                }
                DetailSection {
                    objectName: "passedOver"
                    visible: pane.detail.passedOver.length > 0
                    title: qsTr("Why no account was left")
                    Layout.leftMargin: Theme.m
                    Layout.rightMargin: Theme.m
                    Layout.topMargin: pane.detail.attempts.length > 0 ? 0 : Theme.m
                    FactList { list: pane.detail.passedOver; Layout.fillWidth: true }
                }
                DetailSection {
                    visible: pane.detail.tokens.length > 0
                    title: qsTr("Tokens")
                    Layout.leftMargin: Theme.m
                    Layout.rightMargin: Theme.m
                    FactList { list: pane.detail.tokens; Layout.fillWidth: true }
                }
                DetailSection {
                    visible: pane.detail.losses.length > 0
                    title: qsTr("What the translation could not say")
                    Layout.leftMargin: Theme.m
                    Layout.rightMargin: Theme.m
                    Repeater {
                        model: pane.detail.losses
                        delegate: ColumnLayout {
                            id: loss
                            required property var modelData
                            spacing: 2
                            Layout.fillWidth: true
                            AgText { text: loss.modelData.field; font.family: Theme.monoFamily; font.pixelSize: Theme.small; wrapMode: Text.WrapAnywhere; Layout.fillWidth: true }
                            AgText { text: loss.modelData.kind + " · " + loss.modelData.text; secondary: true; font.pixelSize: Theme.small; wrapMode: Text.Wrap; Layout.fillWidth: true }
                        }
                    }
                }
                DetailSection {
                    visible: pane.detail.summary.length > 0
                    title: qsTr("Facts")
                    Layout.leftMargin: Theme.m
                    Layout.rightMargin: Theme.m
                    FactList {
                        list: pane.detail.summary
                        Layout.fillWidth: true
                        onFollowed: (link) => pane.mendAsked(link, pane.detail.accountId)
                    }
                    AgButton {
                        objectName: "copyCurl"
                        text: qsTr("Copy as curl")
                        iconName: "terminal"
                        Layout.topMargin: Theme.xs
                        onClicked: pane.app.copy(pane.detail.curl())
                    }
                }
                AgText {
                    visible: pane.detail.title !== ""
                    text: qsTr("The log keeps what happened, not what was said: prompts and answers are not stored.")
                    secondary: true
                    font.pixelSize: Theme.small
                    wrapMode: Text.Wrap
                    Layout.fillWidth: true
                    Layout.margins: Theme.m
                    Layout.topMargin: 0
                }
            }
        }
    }
}
