import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

ScrollView {
    id: page
    required property App app
    signal navigate(string name)
    objectName: "dashboardPage"
    contentWidth: availableWidth
    clip: true

    ColumnLayout {
        width: page.availableWidth
        spacing: Theme.m

        PageHeader {
            title: qsTr("Dashboard")
            subtitle: qsTr("What runs, what is left, and what needs you.")
            Layout.margins: Theme.l
            Layout.bottomMargin: 0
            Layout.fillWidth: true
        }

        GridLayout {
            id: figures
            readonly property bool narrow: page.availableWidth < 900
            columns: 5
            columnSpacing: Theme.m
            rowSpacing: Theme.m
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
            Repeater {
                model: page.app.dashboard.figures
                delegate: Card {
                    id: figure
                    required property int index
                    required property var modelData
                    objectName: "figure-" + index
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.preferredWidth: 1
                    Stat {
                        label: figure.modelData.label
                        value: figure.modelData.value
                        change: figure.modelData.change
                        changeKind: figure.modelData.changeKind
                        compact: figures.narrow
                        Layout.fillHeight: true
                        Layout.fillWidth: true
                    }
                    Sparkline {
                        values: figure.modelData.course
                        Layout.fillWidth: true
                    }
                }
            }
        }

        Card {
            visible: page.app.dashboard.attention.length > 0
            title: qsTr("Needs you")
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
            Repeater {
                model: page.app.dashboard.attention
                delegate: RowLayout {
                    id: notice
                    required property var modelData
                    spacing: Theme.m
                    Layout.fillWidth: true
                    AgIcon { name: "triangle-alert"; color: Theme.danger }
                    ColumnLayout {
                        spacing: 2
                        Layout.fillWidth: true
                        AgText { text: notice.modelData.title; font.weight: Font.Medium; elide: Text.ElideRight; Layout.fillWidth: true }
                        AgText { text: notice.modelData.text; visible: text !== ""; secondary: true; font.pixelSize: Theme.small; wrapMode: Text.Wrap; Layout.fillWidth: true }
                    }
                    AgButton {
                        objectName: "mend-" + notice.modelData.accountId
                        text: notice.modelData.action === "sign_in" ? qsTr("Sign in again") : qsTr("Look at it")
                        onClicked: {
                            page.navigate("accounts");
                            page.app.accountStory.show(notice.modelData.accountId);
                        }
                    }
                }
            }
        }

        RowLayout {
            spacing: Theme.m
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            Layout.fillWidth: true

            Card {
                title: qsTr("Accounts")
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Layout.alignment: Qt.AlignTop
                actions: AgButton { text: qsTr("All accounts"); kind: "quiet"; onClicked: page.navigate("accounts") }
                Flow {
                    spacing: Theme.s
                    Layout.fillWidth: true
                    Pill { kind: "ready"; text: qsTr("%1 ready").arg(page.app.accounts.readyCount) }
                    Pill { kind: "cooling"; text: qsTr("%1 cooling down").arg(page.app.accounts.coolingCount); visible: page.app.accounts.coolingCount > 0 }
                    Pill { kind: "error"; text: qsTr("%1 need you").arg(page.app.accounts.troubledCount); visible: page.app.accounts.troubledCount > 0 }
                }
                EmptyState {
                    visible: page.app.accounts.loaded && page.app.accounts.count === 0
                    iconName: "user-plus"
                    title: qsTr("No account yet")
                    text: qsTr("Add an API key or sign in, and your clients have somebody to talk to.")
                    actionText: qsTr("Add account")
                    Layout.fillWidth: true
                    Layout.margins: Theme.m
                    onAction: page.navigate("accounts")
                }
                Repeater {
                    model: page.app.dashboard.providers
                    delegate: ProviderLine {
                        Layout.fillWidth: true
                        onOpened: (id) => {
                            page.navigate("accounts");
                            page.app.accountStory.show(id);
                        }
                    }
                }
            }
            Card {
                id: limitCard
                title: qsTr("Limits that are closest")
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Layout.alignment: Qt.AlignTop
                readonly property var providers: page.app.dashboard.providers
                readonly property bool none: providers.every((entry) => entry.limits.length === 0)
                AgText {
                    visible: limitCard.none
                    text: qsTr("No provider has named a limit yet: they come with the first answers.")
                    secondary: true
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
                Repeater {
                    model: page.app.dashboard.providers
                    delegate: ColumnLayout {
                        id: limits
                        required property var modelData
                        Layout.fillWidth: true
                        spacing: Theme.s
                        Repeater {
                            model: limits.modelData.limits
                            delegate: LimitBar {
                                required property var modelData
                                label: modelData.label
                                text: modelData.text
                                fraction: modelData.fraction
                                low: modelData.low
                                Layout.fillWidth: true
                            }
                        }
                    }
                }
            }
        }
    }
}
