import QtQuick
import QtQuick.Dialogs
import QtQuick.Layouts
import AgGateway

AgScrollView {
    id: page
    required property App app
    readonly property TokenStats stats: app.tokenStats
    objectName: "statsPage"
    contentWidth: availableWidth
    clip: true

    Binding { target: page.stats; property: "active"; value: page.visible }
    Connections {
        target: page.stats
        function onExported(message) { page.app.toasts.info(message); }
        function onExportFailed(message) { page.app.toasts.error(message); }
    }
    FileDialog {
        id: saveDialog
        objectName: "statsChooser"
        title: qsTr("Export the figures")
        fileMode: FileDialog.SaveFile
        defaultSuffix: "csv"
        nameFilters: [qsTr("Comma-separated values (*.csv)")]
        onAccepted: page.stats.exportCsv(selectedFile)
    }

    ColumnLayout {
        x: (page.availableWidth - width) / 2
        width: Math.min(page.availableWidth, Theme.pageWidth)
        spacing: Theme.m

        PageHeader {
            title: qsTr("Token Stats")
            subtitle: page.stats.spanText
            Layout.margins: Theme.l
            Layout.bottomMargin: 0
            Layout.fillWidth: true
            Spinner { visible: page.stats.loading && !page.stats.loaded }
            AgButton {
                objectName: "statsExport"
                iconName: "download"
                text: qsTr("Export CSV")
                enabled: page.stats.loaded && !page.stats.empty
                onClicked: saveDialog.open()
            }
        }
        RangeBar {
            stats: page.stats
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        AgText {
            objectName: "statsError"
            visible: page.stats.error !== "" && page.stats.loaded
            text: page.stats.error
            color: Theme.danger
            wrapMode: Text.WordWrap
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
        }
        Card {
            visible: page.stats.loaded && !page.stats.empty
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
            RowLayout {
                spacing: Theme.m
                Layout.fillWidth: true
                Repeater {
                    model: page.stats.totals
                    delegate: Stat {
                        required property var modelData
                        label: modelData.label
                        value: modelData.value
                        compact: true
                        Layout.fillWidth: true
                        Layout.preferredWidth: 1
                    }
                }
            }
        }
        Card {
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.fillWidth: true
            StackedChart {
                visible: page.stats.loaded && !page.stats.empty
                bars: page.stats.bars
                ticks: page.stats.ticks
                Layout.fillWidth: true
            }
            Flow {
                visible: page.stats.loaded && !page.stats.empty
                spacing: Theme.m
                Layout.fillWidth: true
                Layout.leftMargin: 52
                Repeater {
                    model: page.stats.legend
                    delegate: ChartValue {
                        required property var modelData
                        ink: Theme.series[modelData.color]
                        name: modelData.name
                        value: modelData.text
                    }
                }
            }
            EmptyState {
                objectName: "statsEmpty"
                visible: page.stats.empty
                iconName: "chart-column"
                title: qsTr("Nothing in this time")
                text: qsTr("Choose a longer range, or send a request through the gateway: its tokens are counted when it ends.")
                Layout.fillWidth: true
                Layout.margins: Theme.l
            }
            EmptyState {
                visible: !page.stats.loaded && page.stats.error !== ""
                iconName: "server-off"
                title: qsTr("No figures yet")
                text: page.stats.error
                actionText: qsTr("Try again")
                Layout.fillWidth: true
                Layout.margins: Theme.l
                onAction: page.stats.refresh()
            }
            Item {
                visible: !page.stats.loaded && page.stats.error === ""
                implicitHeight: 260
                Layout.fillWidth: true
                Spinner { anchors.centerIn: parent }
            }
        }
        Card {
            visible: page.stats.loaded && !page.stats.empty
            Layout.leftMargin: Theme.l
            Layout.rightMargin: Theme.l
            Layout.bottomMargin: Theme.l
            Layout.fillWidth: true
            StatsTable {
                objectName: "statsTable"
                rows: page.stats.rows
                totalRow: page.stats.totalRow
                nameTitle: page.stats.stack === "account" ? qsTr("Account") : page.stats.stack === "model" ? qsTr("Model")
                    : page.stats.stack === "key" ? qsTr("Client key") : qsTr("API")
                Layout.fillWidth: true
            }
        }
    }
}
