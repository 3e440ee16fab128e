function Get-HcsEvent {
    <#
    .SYNOPSIS
    What happened to containers, in order.
    .PARAMETER Id
    Only of this container.
    .PARAMETER After
    Only what came after this cursor.
    .PARAMETER Follow
    Go on as more happens, until the pipeline stops; without -After only with what is new.
    .PARAMETER Timeout
    With -Follow: how long to go on; an error of id timeout after that.
    .EXAMPLE
    Get-HcsEvent | Where-Object Type -eq exit
    .EXAMPLE
    Get-HcsEvent -Follow | Where-Object { $_.Type -eq 'exit' -and $_.ProcessId -eq 'init' } | Select-Object -First 1
    .OUTPUTS
    HostCompute.Event
    #>
    [CmdletBinding()]
    [OutputType('HostCompute.Event')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName = $true)]
        [string] $Id,
        [uint64] $After,
        [switch] $Follow,
        [ValidateScript({ Test-HcsDuration -Value $_ })] [object] $Timeout
    )
    process {
        $line = @('events')
        if ($PSBoundParameters.ContainsKey('After')) { $line += '--after', [string] $After }
        if ($Follow) { $line += '--follow' }
        $line += Get-HcsTimeoutOption -Timeout $Timeout
        # Ids are compared without case.
        Invoke-HcsFollow -Argument $line -TypeName 'Event' -Caller $PSCmdlet | Where-Object { -not $Id -or $_.ContainerId -eq $Id }
    }
}
