import QtQuick
import QtQuick.Layouts
import AgGateway

Item {
    id: row
    required property App app
    required property string key
    required property string name
    required property string value
    required property string kind
    required property string description
    required property string source
    required property bool overridden
    required property bool customized
    required property string error
    implicitHeight: line.implicitHeight + Theme.m

    RowLayout {
        id: line
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: Theme.l
        anchors.rightMargin: Theme.l
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.m
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            RowLayout {
                spacing: Theme.s
                AgText { text: row.name; font.weight: Font.Medium }
                Pill { visible: row.overridden; kind: "info"; dot: false; text: qsTr("set by %1").arg(row.source) }
            }
            AgText { text: row.description; secondary: true; font.pixelSize: Theme.small; wrapMode: Text.WordWrap; Layout.fillWidth: true }
            AgText { text: row.error; visible: text !== ""; color: Theme.danger; font.pixelSize: Theme.small; wrapMode: Text.WordWrap; Layout.fillWidth: true }
        }
        AgButton {
            objectName: "reset-" + row.key
            visible: row.customized && !row.overridden
            kind: "quiet"
            iconName: "rotate-ccw"
            tip: qsTr("Back to the default")
            onClicked: row.app.settings.reset(row.key)
        }
        AgSwitch {
            objectName: "setting-" + row.key
            visible: row.kind === "bool"
            enabled: !row.overridden
            checked: row.value === "true"
            Accessible.name: row.name
            onToggled: {
                row.app.settings.set(row.key, checked ? "true" : "false");
                checked = Qt.binding(() => row.value === "true");
            }
        }
        AgTextField {
            id: field
            objectName: "setting-" + row.key
            visible: row.kind !== "bool"
            enabled: !row.overridden
            text: row.value
            invalid: row.error !== ""
            echoMode: row.kind === "secret" ? TextInput.Password : TextInput.Normal
            Layout.preferredWidth: 260
            Accessible.name: row.name
            onEditingFinished: {
                if (text !== row.value) row.app.settings.set(row.key, text);
                text = Qt.binding(() => row.value);
            }
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        x: Theme.l
        width: parent.width - 2 * Theme.l
        height: 1
        color: Theme.border
    }
}
