function Remove-HcsContainer {
    <#
    .SYNOPSIS
    Removes containers that do not run; with -Force ends them first.
    .DESCRIPTION
    Asks first. One that runs is refused without -Force, and then there is no question either.
    .PARAMETER Id
    Ids of containers, also from the pipeline, or wildcards; that none matches one is no error.
    .PARAMETER Force
    End it first if it runs.
    .PARAMETER Timeout
    Bound of each HCS operation.
    .EXAMPLE
    Remove-HcsContainer web

    Deletes a container that does not run, and its log, after a question.
    .EXAMPLE
    Get-HcsContainer | Where-Object Status -in stopped, failed | Remove-HcsContainer -Confirm:$false

    Deletes all that have ended, without asking: for scripts, where nobody can answer.
    .EXAMPLE
    Remove-HcsContainer web -Force -Confirm:$false

    Deletes it whatever it is doing.
    .EXAMPLE
    Remove-HcsContainer web-* -WhatIf

    Says of all whose id begins with web- what would become of them.
    .OUTPUTS
    None
    #>
    [CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true, ValueFromPipelineByPropertyName = $true)]
        [Alias('Name')] [string[]] $Id,
        [switch] $Force,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $line = @('delete')
        if ($Force) { $line += '--force' }
        $null = Invoke-HcsEach -Caller $PSCmdlet -Line $line -Id $Id -Action 'remove' -Impact High -Timeout $Timeout
    }
}
