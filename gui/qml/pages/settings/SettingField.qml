import QtQuick
import QtQuick.Layouts
import AgGateway

// A text, a secret or a number with its unit. What cannot be taken stays as it was typed, and is not sent.
RowLayout {
    id: box
    required property SettingGroup group
    required property string key
    required property string kind
    required property string value
    required property string unit
    required property string placeholder
    required property bool revealed
    required property bool faulty
    property string name: ""
    property string description: ""
    // Why what is being typed cannot be taken.
    property string problem: ""
    spacing: Theme.s

    function restore() {
        field.text = Qt.binding(() => box.value);
        box.problem = "";
    }

    AgTextField {
        id: field
        objectName: "setting-" + box.key
        text: box.value
        placeholderText: box.placeholder
        echoMode: box.kind === "secret" && !box.revealed ? TextInput.Password : TextInput.Normal
        invalid: box.faulty
        horizontalAlignment: box.kind === "number" ? TextInput.AlignRight : TextInput.AlignLeft
        rightPadding: unit.visible ? unit.width + 20 : 12
        Layout.preferredWidth: box.kind === "number" ? 136 : box.kind === "secret" ? 220 : 264
        Accessible.name: box.name
        Accessible.description: box.description
        onTextEdited: box.problem = box.group.problemOf(box.key, text)
        Keys.onEscapePressed: box.restore()
        onEditingFinished: if (box.problem === "" && text !== box.value) box.group.set(box.key, text)
        AgText {
            id: unit
            visible: text !== ""
            text: box.unit
            secondary: true
            anchors.right: parent.right
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    AgButton {
        objectName: "reveal-" + box.key
        visible: box.kind === "secret"
        iconName: box.revealed ? "eye-off" : "eye"
        tip: box.revealed ? qsTr("Hide") : qsTr("Show")
        onClicked: box.group.reveal(box.key, !box.revealed)
    }
    Connections {
        target: box.group
        // Shown as it is written from now on: "0.5 GB" as 512 MB.
        function onTaken(key: string) { if (key === box.key) box.restore(); }
    }
}
