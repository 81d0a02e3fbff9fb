import QtQuick
import QtQuick.Controls.Basic
import AgGateway

// One menu for all rows.
AgMenu {
    id: menu
    required property App app
    property string accountId: ""
    property bool signsIn: false
    signal editAsked(string id)
    signal signInAsked(string id)

    function showFor(id: string, browser: bool, item: Item) {
        accountId = id;
        signsIn = browser;
        popup(item, item.width - width, item.height);
    }

    AgMenuItem { objectName: "menuOpen"; text: qsTr("Details"); iconName: "info"; onTriggered: menu.app.accountStory.show(menu.accountId) }
    AgMenuItem { objectName: "menuTest"; text: qsTr("Test"); iconName: "flask-conical"; onTriggered: menu.app.accounts.test(menu.accountId) }
    AgMenuItem { objectName: "menuEdit"; text: qsTr("Edit…"); iconName: "pencil"; onTriggered: menu.editAsked(menu.accountId) }
    AgMenuItem { objectName: "menuSignIn"; visible: menu.signsIn; text: qsTr("Sign in again…"); iconName: "log-in"; onTriggered: menu.signInAsked(menu.accountId) }
    AgMenuItem { objectName: "menuClear"; text: qsTr("Clear cooldowns"); iconName: "play"; onTriggered: menu.app.accounts.clearCooldowns(menu.accountId) }
    MenuSeparator { contentItem: Rectangle { implicitHeight: 1; color: Theme.border } }
    AgMenuItem { objectName: "menuUp"; text: qsTr("Move up"); iconName: "chevron-up"; onTriggered: menu.app.accounts.moveBy(menu.accountId, -1) }
    AgMenuItem { objectName: "menuDown"; text: qsTr("Move down"); iconName: "chevron-down"; onTriggered: menu.app.accounts.moveBy(menu.accountId, 1) }
    MenuSeparator { contentItem: Rectangle { implicitHeight: 1; color: Theme.border } }
    AgMenuItem { objectName: "menuRemove"; text: qsTr("Remove"); iconName: "trash-2"; destructive: true; onTriggered: menu.app.accounts.remove(menu.accountId) }
}
