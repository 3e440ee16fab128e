$script:HcsCategories = @{
    invalidRequest     = 'InvalidArgument'
    notFound           = 'ObjectNotFound'
    alreadyExists      = 'ResourceExists'
    failedPrecondition = 'InvalidOperation'
    processCannotStart = 'ObjectNotFound'
    timeout            = 'OperationTimeout'
    unavailable        = 'ResourceUnavailable'
    permissionDenied   = 'PermissionDenied'
    unsupported        = 'NotImplemented'
    versionMismatch    = 'InvalidOperation'
    cancelled          = 'OperationStopped'
}

function New-HcsErrorRecord {
    <#
    .SYNOPSIS
    One of our failures as an ErrorRecord: the code is its id, the hint its recommended action.
    #>
    [OutputType([System.Management.Automation.ErrorRecord])]
    param(
        [string] $Code,
        [string] $Message,
        [string] $Hint,
        $Target,
        # The error of the document; goes with the exception as Data['HcsError'].
        $Detail
    )

    $category = 'NotSpecified'
    if ($script:HcsCategories.ContainsKey($Code)) { $category = $script:HcsCategories[$Code] }
    $exception = New-Object -TypeName System.InvalidOperationException -ArgumentList $Message
    if ($null -ne $Detail) { $exception.Data['HcsError'] = $Detail }
    $record = New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, $Code, $category, $Target
    if ($Hint) {
        $record.ErrorDetails = New-Object -TypeName System.Management.Automation.ErrorDetails -ArgumentList $Message
        $record.ErrorDetails.RecommendedAction = $Hint
    }
    $record
}
