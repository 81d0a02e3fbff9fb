import QtQuick
import QtQuick.Layouts
import AgGateway

// Every way in which an account can come in. Each tab has its own button; what a provider refuses is decided on here.
AgDialog {
    id: dialog
    required property App app
    readonly property AccountForm form: app.accountForm
    property string tab: "key"
    readonly property bool imported: form.importer.isDone
    onImportedChanged: showTop()
    onTabChanged: showTop()
    readonly property var tabNames: ["key", "sign-in", "tokens", "file", "import"]

    function showEnd() { (scroll.contentItem as Flickable).contentY = Math.max(0, body.height - scroll.availableHeight); }
    function showTop() { (scroll.contentItem as Flickable).contentY = 0; }
    // As the primary button does; Enter in a field too.
    function submit() {
        if (!primary.visible || !primary.enabled) return;
        form.egress = wayOut.values;
        tabs.children[tabs.currentIndex].submit();
    }
    function start() {
        tab = "key";
        form.start();
        tabs.reset();
        wayOut.fill({});
        open();
    }

    objectName: "addAccountDialog"
    title: qsTr("Add account")
    wanted: 640
    onOpened: byKey.focusFirst()
    onClosed: {
        if (form.signIn.running) form.signIn.cancel();
        form.abandon();
    }

    contentItem: ColumnLayout {
        spacing: Theme.m
        Segments {
            objectName: "addTabs"
            enabled: dialog.form.refused === "" && !dialog.form.busy && !dialog.form.importer.busy && !dialog.form.signIn.running
            opacity: enabled ? 1 : 0.6
            value: dialog.tab
            options: [
                { value: "key", text: qsTr("API key") },
                { value: "sign-in", text: qsTr("Google sign-in") },
                { value: "tokens", text: qsTr("Refresh tokens") },
                { value: "file", text: qsTr("Key file") },
                { value: "import", text: qsTr("Import") }
            ]
            onPicked: (value) => dialog.tab = value
        }
        AgScrollView {
            id: scroll
            visible: dialog.form.refused === ""
            contentWidth: availableWidth
            implicitHeight: tabs.implicitHeight + tabs.below
            clip: true
            Layout.fillWidth: true
            Layout.fillHeight: true
            Column {
                id: body
                width: scroll.availableWidth
                spacing: Theme.m
                // What a choice of the way out brings to light is below all else.
                onImplicitHeightChanged: if (!wayOut.folded) Qt.callLater(dialog.showEnd)
                StackLayout {
                    id: tabs
                    readonly property real below: wayOut.visible ? wayOut.height + body.spacing : 0
                    currentIndex: dialog.tabNames.indexOf(dialog.tab)
                    width: parent.width
                    // As this tab needs; the dialog is as high as the highest of them.
                    height: Math.max(children[currentIndex].implicitHeight, scroll.availableHeight - below)
                    function reset() {
                        byKey.reset();
                        bySignIn.reset();
                        byTokens.reset();
                        byFile.reset();
                        byImport.reset();
                    }
                    AddByKey { id: byKey; app: dialog.app; onSubmitAsked: dialog.submit() }
                    AddBySignIn { id: bySignIn; app: dialog.app; onSubmitAsked: dialog.submit() }
                    AddByTokens { id: byTokens; app: dialog.app; onSubmitAsked: dialog.submit() }
                    AddByFile { id: byFile; app: dialog.app; onSubmitAsked: dialog.submit() }
                    AddByImport { id: byImport; app: dialog.app }
                }
                EgressFields {
                    id: wayOut
                    visible: dialog.tab !== "import" && !dialog.form.signIn.running
                    folded: true
                    app: dialog.app
                    proxyError: dialog.form.errorField === "proxy_url" ? dialog.form.error : ""
                    caError: dialog.form.errorField === "ca_file" ? dialog.form.error : ""
                    width: parent.width
                }
            }
        }
        RefusedNotice {
            form: dialog.form
            visible: dialog.form.refused !== ""
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
    }
    footerButtons: [
        AgButton {
            id: primary
            objectName: "submitAccount"
            // A sign-in under way goes on in the browser: there is nothing to press.
            visible: dialog.form.refused === "" && !dialog.form.signIn.running
            text: tabs.children[tabs.currentIndex].submitText
            kind: "primary"
            busy: dialog.form.busy || dialog.form.importer.busy
            enabled: !busy && tabs.children[tabs.currentIndex].ready
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.submit()
        },
        AgButton {
            objectName: "keepRefused"
            visible: dialog.form.refused !== ""
            enabled: !dialog.form.busy
            text: qsTr("Keep anyway")
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            onClicked: dialog.form.keep()
        },
        AgButton {
            objectName: "discardRefused"
            visible: dialog.form.refused !== ""
            enabled: !dialog.form.busy
            text: qsTr("Remove and correct it")
            kind: "primary"
            Layout.bottomMargin: Theme.l
            onClicked: dialog.form.discard()
        },
        AgButton {
            objectName: "cancelAdd"
            visible: dialog.form.refused === "" && !dialog.form.importer.isDone
            text: qsTr("Cancel")
            Layout.rightMargin: primary.visible ? 0 : Theme.l
            Layout.bottomMargin: Theme.l
            // What is under way goes first; the fields are back then, as they were.
            onClicked: {
                if (dialog.form.signIn.running) dialog.form.signIn.cancel();
                else dialog.reject();
            }
        },
        Item { Layout.fillWidth: true }
    ]
    Connections {
        target: dialog.form
        function onFinished() { dialog.close(); }
    }
}
