import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import AgGateway

// The window: navigation, one page, status strip, toasts. Pages keep their state while another one is shown.
ApplicationWindow {
    id: window

    required property App app
    property string page: "dashboard"
    property string forcedTheme: ""
    // Where the window can be closed to.
    property bool tray: false

    function askToQuit() {
        if (!app.daemon.startedHere || app.preferences.onQuit === "keep") Qt.quit();
        else if (app.preferences.onQuit === "stop") { app.daemon.stop(); Qt.quit(); }
        else {
            window.visible = true;
            window.raise();
            quitDialog.open();
        }
    }
    function show(name: string) { page = name; }
    // Goes to the place where it is done: a page, or what is to be done about an account.
    function mend(action: string, id: string) {
        if (pages.some((entry) => entry.name === action)) {
            page = action;
            return;
        }
        page = "accounts";
        const accounts = accountsLoader.item as AccountsPage;
        if (action === "sign_in") accounts.signInAgain(id);
        else if (action === "new_key" || action === "limits") accounts.edit(id);
        else app.accountStory.show(id);
    }

    function showRequest(id: string) {
        page = "monitor";
        app.requestDetail.show(id);
    }
    // Those alone, as MonitorModel.lookUp takes them.
    function showRequests(filter: var) {
        page = "monitor";
        app.requestDetail.close();
        app.monitor.lookUp(filter);
    }
    function showAccounts(state: string) {
        app.accountFilter.clear();
        app.accountFilter.state = state;
        page = "accounts";
    }

    width: 1200
    height: 800
    minimumWidth: 960
    minimumHeight: 640
    title: app.demo ? qsTr("AG Gateway (demo)") : qsTr("AG Gateway")
    color: Theme.window
    font.family: Theme.fontFamily
    palette.toolTipBase: Theme.raised
    palette.toolTipText: Theme.text

    Binding { target: Theme; property: "dark"; value: {
        const chosen = window.forcedTheme !== "" ? window.forcedTheme : window.app.preferences.theme;
        return chosen === "dark" || (chosen === "system" && window.app.appearance.systemDark);
    } }
    Binding { target: Theme; property: "reducedMotion"; value: window.app.appearance.reducedMotion }

    onClosing: (close) => {
        if (tray && app.preferences.closeToTray && !app.demo) return;
        if (app.daemon.startedHere && app.preferences.onQuit === "ask") {
            close.accepted = false;
            quitDialog.open();
        } else {
            askToQuit();
        }
    }

    readonly property var pages: [
        { name: "dashboard", icon: "layout-dashboard", text: qsTr("Dashboard") },
        { name: "accounts", icon: "users", text: qsTr("Accounts") },
        { name: "proxy", icon: "route", text: qsTr("API Proxy") },
        { name: "monitor", icon: "activity", text: qsTr("Monitor") },
        { name: "stats", icon: "chart-column", text: qsTr("Token Stats") },
        { name: "settings", icon: "settings", text: qsTr("Settings") }
    ]

    Repeater {
        model: window.pages.length
        delegate: Item {
            id: entry
            required property int index
            Shortcut {
                sequence: "Ctrl+" + (entry.index + 1)
                onActivated: window.page = window.pages[entry.index].name
            }
        }
    }
    Shortcut { sequence: "Ctrl+Q"; onActivated: window.askToQuit() }

    RowLayout {
        anchors.fill: parent
        spacing: 0

        SideBar {
            Layout.fillHeight: true
            pages: window.pages
            current: window.page
            onPicked: (name) => window.page = name
            onGuideAsked: guide.open()
        }
        ColumnLayout {
            spacing: 0
            Layout.fillWidth: true
            Layout.fillHeight: true

            DaemonBanner {
                app: window.app
                onConnectAsked: connection.start()
                Layout.fillWidth: true
            }
            StackLayout {
                id: stack
                Layout.fillWidth: true
                Layout.fillHeight: true
                currentIndex: Math.max(0, window.pages.findIndex((entry) => entry.name === window.page))

                PageLoader { shown: window.page === "dashboard"; sourceComponent: DashboardPage { app: window.app; onNavigate: (name) => window.page = name; onRequestPicked: (id) => window.showRequest(id); onRequestsAsked: (filter) => window.showRequests(filter); onAccountsAsked: (state) => window.showAccounts(state); onMendAsked: (action, id) => window.mend(action, id) } }
                PageLoader { id: accountsLoader; shown: window.page === "accounts"; sourceComponent: AccountsPage { app: window.app; onRequestsAsked: (filter) => window.showRequests(filter) } }
                PageLoader { shown: window.page === "proxy"; sourceComponent: ProxyPage { app: window.app } }
                PageLoader { shown: window.page === "monitor"; sourceComponent: MonitorPage { app: window.app; onMendAsked: (action, id) => window.mend(action, id) } }
                PageLoader { shown: window.page === "stats"; sourceComponent: StatsPage { app: window.app } }
                PageLoader { shown: window.page === "settings"; sourceComponent: SettingsPage { app: window.app; onConnectAsked: connection.start() } }
            }
            StatusStrip {
                app: window.app
                onErrorPicked: (id) => window.showRequest(id)
                Layout.fillWidth: true
            }
        }
    }

    ToastStack { app: window.app }

    ConnectionDialog {
        id: connection
        app: window.app
    }
    FirstRunGuide {
        id: guide
        app: window.app
        covered: (accountsLoader.item as AccountsPage)?.adding ?? false
        onNavigate: (name) => window.page = name
    }
    Component.onCompleted: if (!app.demo && !app.preferences.guideDone) guide.open()

    AgDialog {
        id: quitDialog
        objectName: "quitDialog"
        title: qsTr("Quit AG Gateway?")
        wanted: 460
        contentItem: ColumnLayout {
            spacing: Theme.m
            AgText {
                text: qsTr("This app has started gatewayd. Your clients need it: keep it running in the background?")
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
            AgCheckBox { id: always; objectName: "quitAlways"; text: qsTr("Do not ask again") }
        }
        footerButtons: [
            AgButton {
                objectName: "quitKeep"
                text: qsTr("Keep running")
                kind: "primary"
                Layout.rightMargin: Theme.l
                Layout.bottomMargin: Theme.l
                onClicked: { if (always.checked) window.app.preferences.onQuit = "keep"; Qt.quit(); }
            },
            AgButton {
                objectName: "quitStop"
                text: qsTr("Stop it")
                Layout.bottomMargin: Theme.l
                onClicked: { if (always.checked) window.app.preferences.onQuit = "stop"; window.app.daemon.stop(); Qt.quit(); }
            },
            AgButton { objectName: "quitCancel"; text: qsTr("Cancel"); Layout.bottomMargin: Theme.l; onClicked: quitDialog.reject() },
            Item { Layout.fillWidth: true }
        ]
    }
}
