import QtQuick
import QtQuick.Layouts
import AgGateway

// One provider: how many of its accounts are ready, and whom its next conversation would go to.
ColumnLayout {
    id: line
    required property var modelData
    signal opened(string id)
    spacing: 2
    RowLayout {
        spacing: Theme.s
        AgText { text: line.modelData.name; font.weight: Font.Medium; elide: Text.ElideRight; Layout.fillWidth: true }
        AgText { text: qsTr("%1 of %2 ready").arg(line.modelData.ready).arg(line.modelData.total); secondary: true; font.pixelSize: Theme.small }
    }
    RowLayout {
        visible: !!line.modelData.why
        spacing: Theme.s
        AgIcon { name: line.modelData.best ? "arrow-right" : "triangle-alert"; size: 14; color: line.modelData.best ? Theme.textSecondary : Theme.warning }
        AgText {
            objectName: "best-" + line.modelData.provider
            visible: !!line.modelData.best
            text: line.modelData.share ? qsTr("%1 (%2)").arg(line.modelData.best).arg(line.modelData.share) : line.modelData.best ?? ""
            font.pixelSize: Theme.small
            elide: Text.ElideRight
            Layout.maximumWidth: 160
        }
        CutText {
            text: line.modelData.why ?? ""
            secondary: true
            font.pixelSize: Theme.small
            Layout.fillWidth: true
        }
        AgButton {
            objectName: "openBest-" + line.modelData.provider
            visible: !!line.modelData.best
            kind: "quiet"
            iconName: "chevron-right"
            Layout.rightMargin: -Theme.s  // its arrow ends where the text above ends
            tip: qsTr("Details of %1").arg(line.modelData.best ?? "")
            implicitHeight: 24
            onClicked: line.opened(line.modelData.bestId)
        }
    }
}
