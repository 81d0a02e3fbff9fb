import QtQuick
import QtQuick.Layouts
import AgGateway

// What the chart shows: when, what, and by what it is stacked. Breaks into lines where it must.
ColumnLayout {
    id: bar
    required property TokenStats stats
    spacing: Theme.s

    Flow {
        spacing: Theme.s
        Layout.fillWidth: true
        Segments {
            objectName: "statsRange"
            name: qsTr("Time")
            value: bar.stats.range
            options: [
                { value: "hour", text: qsTr("Hour") },
                { value: "day", text: qsTr("Day") },
                { value: "week", text: qsTr("Week") },
                { value: "month", text: qsTr("Month") },
                { value: "custom", text: qsTr("Custom") }
            ]
            onPicked: (value) => bar.stats.range = value
        }
        Segments {
            objectName: "statsMetric"
            name: qsTr("What is counted")
            value: bar.stats.metric
            options: [
                { value: "tokens", text: qsTr("Tokens") },
                { value: "cost", text: qsTr("Cost") },
                { value: "requests", text: qsTr("Requests") },
                { value: "errors", text: qsTr("Failed") },
                { value: "cached", text: qsTr("From cache") }
            ]
            onPicked: (value) => bar.stats.metric = value
        }
        Segments {
            objectName: "statsStack"
            name: qsTr("Split by")
            value: bar.stats.stack
            options: [
                { value: "account", text: qsTr("Account") },
                { value: "model", text: qsTr("Model") },
                { value: "key", text: qsTr("Key") },
                { value: "dialect", text: qsTr("API") }
            ]
            onPicked: (value) => bar.stats.stack = value
        }
    }
    RowLayout {
        visible: bar.stats.range === "custom"
        spacing: Theme.s
        Layout.fillWidth: true
        AgText { text: qsTr("From") }
        AgTextField {
            objectName: "statsFrom"
            placeholderText: "2026-01-31"
            Accessible.name: qsTr("First day")
            text: bar.stats.from
            invalid: bar.stats.datesError !== ""
            Layout.preferredWidth: 152
            onEditingFinished: bar.stats.from = text
        }
        AgText { text: qsTr("to") }
        AgTextField {
            objectName: "statsTo"
            placeholderText: "2026-02-28"
            Accessible.name: qsTr("Last day")
            text: bar.stats.to
            invalid: bar.stats.datesError !== ""
            Layout.preferredWidth: 152
            onEditingFinished: bar.stats.to = text
        }
        AgText {
            objectName: "statsDatesError"
            text: bar.stats.datesError
            color: Theme.danger
            font.pixelSize: Theme.small
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
        }
    }
}
