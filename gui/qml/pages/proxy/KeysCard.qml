import QtQuick
import QtQuick.Layouts
import AgGateway

// Further keys for people, machines and programs, each with bounds of its own.
Card {
    id: card
    required property App app
    title: qsTr("Client keys")
    subtitle: qsTr("One for each person, machine or program, with an end, models and budgets of its own.")
    actions: AgButton { objectName: "addKey"; text: qsTr("New key"); iconName: "plus"; onClicked: editor.make() }
    EmptyState {
        visible: card.app.clientKeys.loaded && card.app.clientKeys.count === 0
        iconName: "key-round"
        title: qsTr("Only the gateway key")
        text: qsTr("Make a key for each client, and you see who uses what, can bound it, and can lock one out alone.")
        Layout.fillWidth: true
        Layout.margins: Theme.m
    }
    ListView {
        id: list
        objectName: "keyList"
        model: card.app.clientKeys
        interactive: false
        implicitHeight: contentHeight
        Layout.fillWidth: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Client keys")
        delegate: KeyRow {
            id: entry
            app: card.app
            width: list.width
            onEditAsked: editor.edit(entry.keyId)
            onRotateAsked: rotate.ask(entry.keyId, entry.name)
        }
    }
    KeyDialog { id: editor; app: card.app }
    KeySecretDialog { app: card.app }
    ConfirmDialog {
        id: rotate
        objectName: "rotateClientKeyDialog"
        property string keyId: ""
        property string name: ""
        function ask(id: string, name: string) { rotate.keyId = id; rotate.name = name; open(); }
        title: qsTr("Replace this key?")
        text: qsTr("The present key of “%1” stops working at once. Its name, bounds and budgets stay.").arg(name)
        confirmText: qsTr("New key")
        destructive: true
        onAccepted: card.app.clientKeys.rotate(keyId)
    }
}
