import QtQuick
import QtQuick.Layouts
import AgGateway

// A setting: its name and what it is for, and the control that changes it.
ColumnLayout {
    id: line
    required property SettingGroup group
    required property string key
    required property string name
    required property string description
    required property string hint
    required property string effect
    required property string kind
    required property string value
    required property string unit
    required property string placeholder
    required property var choices
    required property bool segmented
    required property bool revealed
    required property string source
    required property string sourceKind
    required property string origin
    required property bool overridden
    required property string decided
    required property string fallback
    required property bool customized
    required property string error
    required property bool shown
    required property bool divided
    // What is being typed and cannot be taken.
    property string problem: ""
    readonly property string fault: problem !== "" ? problem : error
    readonly property string more: lines(lines(hint, effect), decided)
    visible: shown
    spacing: Theme.xs

    function lines(first: string, second: string): string { return first !== "" && second !== "" ? first + "\n" + second : first + second; }

    Rectangle {
        visible: line.divided
        color: Theme.border
        Layout.preferredHeight: 1
        Layout.fillWidth: true
    }
    RowLayout {
        spacing: Theme.m
        Layout.topMargin: Theme.xs
        Layout.bottomMargin: line.fault === "" ? Theme.s : 0
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 2
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter
            Flow {
                spacing: Theme.s
                Layout.fillWidth: true
                AgText { text: line.name; font.weight: Font.Medium; height: 24; verticalAlignment: Text.AlignVCenter }
                AgText { text: line.key; visible: text !== line.name && !text.startsWith("app."); secondary: true; font.pixelSize: Theme.small; font.family: Theme.monoFamily; height: 24; verticalAlignment: Text.AlignVCenter }
                SourceMark {
                    objectName: "source-" + line.key
                    visible: line.source !== ""
                    kind: line.sourceKind
                    text: line.source
                    origin: line.origin
                }
            }
            AgText {
                text: line.lines(line.description, line.more)
                secondary: true
                font.pixelSize: Theme.small
                lineHeight: 1.15
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
            }
        }
        AgButton {
            objectName: "reset-" + line.key
            visible: line.customized && !line.overridden
            kind: "quiet"
            iconName: "rotate-ccw"
            tip: line.fallback === "" ? qsTr("Back to the default") : qsTr("Back to the default: %1").arg(line.fallback)
            onClicked: line.group.reset(line.key)
        }
        Loader {
            sourceComponent: line.kind === "bool" ? toggle : line.kind === "choice" ? (line.segmented ? segments : box)
                : line.kind === "list" ? list : field
            Layout.alignment: Qt.AlignVCenter
        }
    }
    FaultLine {
        objectName: "fault-" + line.key
        text: line.fault
        Layout.bottomMargin: Theme.s
        Layout.fillWidth: true
    }

    Component {
        id: toggle
        AgSwitch {
            objectName: "setting-" + line.key
            enabled: !line.overridden
            checked: line.value === "true"
            Accessible.name: line.name
            onToggled: {
                line.group.set(line.key, checked ? "true" : "false");
                checked = Qt.binding(() => line.value === "true");
            }
        }
    }
    Component {
        id: segments
        Segments {
            objectName: "setting-" + line.key
            name: line.name
            enabled: !line.overridden
            options: line.choices
            value: line.value
            onPicked: (value) => line.group.set(line.key, value)
        }
    }
    Component {
        id: box
        ValueBox {
            objectName: "setting-" + line.key
            enabled: !line.overridden
            implicitWidth: 216
            model: line.choices
            value: line.value
            otherwise: -1
            name: line.name
            onPicked: (value) => line.group.set(line.key, value)
        }
    }
    Component {
        id: field
        SettingField {
            group: line.group
            key: line.key
            kind: line.kind
            value: line.value
            unit: line.unit
            placeholder: line.placeholder
            revealed: line.revealed
            faulty: line.fault !== ""
            name: line.name
            description: line.description
            enabled: !line.overridden
            onProblemChanged: line.problem = problem
        }
    }
    Component {
        id: list
        SettingList {
            group: line.group
            key: line.key
            value: line.value
            faulty: line.fault !== ""
            name: line.name
            description: line.description
            enabled: !line.overridden
        }
    }
}
