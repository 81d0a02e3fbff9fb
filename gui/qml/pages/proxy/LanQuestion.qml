import AgGateway

// Before the port is opened to other machines.
ConfirmDialog {
    objectName: "lanDialog"
    title: qsTr("Open to the network?")
    text: qsTr("Every machine that reaches this one can then use your accounts with the gateway key, over plain HTTP. Authentication is switched on with it.")
    confirmText: qsTr("Open it")
}
