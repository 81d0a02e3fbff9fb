import QtQuick
import QtQuick.Layouts
import AgGateway

AgScrollView {
    id: page
    required property App app
    readonly property bool connected: app.backend.connection === Backend.Connected
    // What was read stays in sight while the daemon is away.
    readonly property bool known: app.accounts.loaded
    signal navigate(string name)
    signal requestPicked(string id)
    // As MonitorModel.lookUp takes them.
    signal requestsAsked(var filter)
    // Those in a state, as AccountFilter has it.
    signal accountsAsked(string state)
    // What is done on an account's page; action as Dashboard.attention has it.
    signal mendAsked(string action, string id)
    function mend(action: string, id: string) {
        if (action === "start_proxy") app.backend.startProxy();
        else if (action === "proxy" || action === "accounts") navigate(action);
        else mendAsked(action, id);
    }
    objectName: "dashboardPage"
    contentWidth: availableWidth
    clip: true

    ColumnLayout {
        x: (page.availableWidth - width) / 2
        width: Math.min(page.availableWidth, Theme.pageWidth)
        spacing: Theme.m

        PageHeader {
            title: qsTr("Dashboard")
            subtitle: qsTr("What runs, what is left, and what needs attention.")
            Layout.margins: Theme.l
            Layout.bottomMargin: 0
            Layout.fillWidth: true
            SandboxMark { objectName: "dashboardSandbox"; visible: page.app.backend.sandbox }
        }

        EmptyState {
            objectName: "dashboardUnknown"
            visible: !page.known
            iconName: page.connected ? "loader-circle" : "server-off"
            title: page.connected ? qsTr("Reading what runs…") : qsTr("The gateway does not answer")
            text: page.connected ? "" : qsTr("What runs and what is left is shown as soon as gatewayd runs.")
            Layout.fillWidth: true
            Layout.margins: Theme.xl
        }

        GridLayout {
            id: figures
            visible: page.known
            readonly property bool narrow: page.availableWidth < 900
            columns: 5
            columnSpacing: Theme.m
            rowSpacing: Theme.m
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
            Repeater {
                // By their number, so that a card keeps the keyboard when its figure changes.
                model: page.app.dashboard.figures.length
                delegate: FigureCard {
                    required property int index
                    objectName: "figure-" + index
                    figure: page.app.dashboard.figures[index]
                    compact: figures.narrow
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.preferredWidth: 1
                    onOpened: (place) => place === "errors" ? page.requestsAsked({ errorsOnly: true, minutes: page.app.monitor.today }) : page.navigate(place)
                }
            }
        }

        Card {
            visible: page.known && page.app.dashboard.attention.length > 0
            title: qsTr("Needs attention")
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
                        objectName: "mend-" + notice.modelData.name
                        text: notice.modelData.actionText
                        onClicked: page.mend(notice.modelData.action, notice.modelData.accountId)
                    }
                }
            }
        }

        RowLayout {
            visible: page.known
            spacing: Theme.m
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true

            Card {
                title: qsTr("Accounts")
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Layout.fillHeight: true  // both end on one line
                actions: AgButton { text: qsTr("All accounts"); kind: "link"; onClicked: page.navigate("accounts") }
                Flow {
                    spacing: Theme.s
                    Layout.fillWidth: true
                    Repeater {
                        model: page.app.accounts.states.length
                        delegate: StateLink {
                            required property int index
                            readonly property var entry: page.app.accounts.states[index] ?? ({ state: "", text: "" })
                            objectName: "count-" + entry.state
                            kind: entry.state
                            text: entry.text
                            tip: qsTr("Show these accounts")
                            onClicked: page.accountsAsked(entry.state)
                        }
                    }
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
                        Layout.fillHeight: false
                        onOpened: (id) => {
                            page.navigate("accounts");
                            page.app.accountStory.show(id);
                        }
                    }
                }
                Item { Layout.fillHeight: true }
            }
            Card {
                id: limitCard
                objectName: "limitCard"
                title: qsTr("Remaining limits")
                Layout.fillWidth: true
                Layout.preferredWidth: 1
                Layout.fillHeight: true  // both end on one line
                AgText {
                    visible: page.app.dashboard.limits.length === 0
                    text: qsTr("No provider has named a limit yet: they come with the first answers.")
                    secondary: true
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
                Repeater {
                    model: page.app.dashboard.limits
                    delegate: ColumnLayout {
                        id: limits
                        required property var modelData
                        Layout.fillWidth: true
                        Layout.fillHeight: false
                        Layout.bottomMargin: Theme.s
                        spacing: Theme.s
                        AgText { text: limits.modelData.provider; font.weight: Font.Medium; elide: Text.ElideRight; Layout.fillWidth: true }
                        Repeater {
                            model: limits.modelData.limits
                            delegate: LimitBar {
                                required property var modelData
                                label: modelData.label
                                // Where it is narrow, the label has the room.
                                text: figures.narrow ? modelData.amount : modelData.text
                                note: figures.narrow ? modelData.reset : ""
                                fraction: modelData.fraction
                                low: modelData.low
                                Layout.fillWidth: true
                            }
                        }
                    }
                }
                Item { Layout.fillHeight: true }
            }
        }

        LatestCard {
            visible: page.known
            app: page.app
            onOpened: (id) => page.requestPicked(id)
            onAllAsked: page.navigate("monitor")
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            Layout.fillWidth: true
        }
    }
}
