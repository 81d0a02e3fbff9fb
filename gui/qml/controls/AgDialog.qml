import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import QtQuick.Templates as T
import AgGateway

// A modal dialog in the window's middle, never larger than the window. Content in a column, buttons at the right.
Dialog {
    id: dialog
    property alias footerButtons: buttons.data
    property int wanted: 520
    modal: true
    parent: T.Overlay.overlay
    anchors.centerIn: parent
    width: Math.min(wanted, parent ? parent.width - 48 : wanted)
    height: Math.min(implicitHeight, parent ? parent.height - 48 : implicitHeight)
    padding: Theme.l
    topPadding: Theme.s
    closePolicy: Popup.CloseOnEscape
    header: RowLayout {
        AgText {
            text: dialog.title
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            Layout.fillWidth: true
            Layout.margins: Theme.l
            Layout.bottomMargin: Theme.s
            elide: Text.ElideRight
            Accessible.role: Accessible.Heading
        }
        AgButton {
            kind: "quiet"
            iconName: "x"
            tip: qsTr("Close")
            Layout.rightMargin: Theme.m
            onClicked: dialog.reject()
        }
    }
    footer: RowLayout {
        id: buttons
        spacing: Theme.s
        layoutDirection: Qt.RightToLeft
    }
    background: Rectangle {
        color: Theme.surface
        radius: Theme.radiusLarge
        border.color: Theme.border
    }
    T.Overlay.modal: Rectangle { color: Theme.scrim }
}
