import QtQuick
import QtQuick.Controls.Basic
import AgGateway

ScrollView {
    id: view
    ScrollBar.vertical: AgScrollBar {
        parent: view
        x: view.mirrored ? 0 : view.width - width
        y: view.topPadding
        height: view.availableHeight
        active: view.ScrollBar.horizontal.active
    }
    ScrollBar.horizontal: AgScrollBar {
        parent: view
        x: view.leftPadding
        y: view.height - height
        width: view.availableWidth
        active: view.ScrollBar.vertical.active
    }
}
